// Opens a .heapsnapshot in Chromium's own DevTools, in a browser without a window, and prints the
// rows of the summary ("name × count shallow retained"), and of what is below the root in the
// containment view.
//
//     node devtools_open.js FILE.heapsnapshot
//
// Speaks the DevTools protocol over a WebSocket (Debian's node-ws). Ends with status 1 and the
// reason where something does not come within PATIENCE seconds.
'use strict';
const {spawn} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const WebSocket = require('ws');

const patience = 1000 * (process.env.PATIENCE || 60);
const poll = 100;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, look) {
    const deadline = Date.now() + patience;
    for (;;) {
        const found = await look();
        if (found)
            return found;
        if (Date.now() > deadline)
            throw new Error(`waited in vain for ${what}`);
        await pause(poll);
    }
}

function startBrowser(profile) {
    return spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu',
        '--remote-debugging-port=0', '--remote-allow-origins=*', `--user-data-dir=${profile}`,
        'about:blank'], {stdio: 'ignore', detached: true});
}

// A page of the browser to talk to: send(METHOD, PARAMETERS) gives the result.
function connect(url) {
    const socket = new WebSocket(url, {perMessageDeflate: false, maxPayload: 1 << 30});
    const waiting = new Map();
    let last = 0;
    socket.on('message', (data) => {
        const message = JSON.parse(data);
        const settle = waiting.get(message.id);
        if (settle)
            settle(message);
    });
    const send = (method, params = {}) => new Promise((resolve, reject) => {
        waiting.set(++last, (message) =>
            message.error ? reject(new Error(message.error.message)) : resolve(message.result));
        socket.send(JSON.stringify({id: last, method, params}));
    });
    return new Promise((resolve, reject) => {
        socket.on('open', () => resolve({send}));
        socket.on('error', reject);
    });
}

// In the page: every element that matches, also inside of shadow roots.
const findAll = `function findAll(selector, from = document) {
    const found = [...from.querySelectorAll(selector)];
    for (const element of from.querySelectorAll('*'))
        if (element.shadowRoot)
            found.push(...findAll(selector, element.shadowRoot));
    return found;
}`;

async function evaluate(page, expression, byValue = true) {
    const answer = await page.send('Runtime.evaluate',
        {expression: `(() => { ${findAll}; return ${expression}; })()`, returnByValue: byValue});
    if (answer.exceptionDetails)
        throw new Error(answer.exceptionDetails.exception.description);
    return byValue ? answer.result.value : answer.result.objectId;
}

const rows = `findAll('.heap-snapshot-view tr, .data-grid tr.data-grid-data-grid-node')
    .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim()
        .replace(/\\s+/g, ' ')).filter(Boolean).join(' | ')).filter(Boolean)`;

async function openDevtools(address) {
    const listed = await (await fetch(`http://${address}/json/list`)).json();
    const page = listed.find((each) => each.type === 'page');
    const url = `http://${address}/devtools/devtools_app.html?ws=${address}/devtools/page/${page.id}` +
        '&panel=heap-profiler';
    const made = await fetch(`http://${address}/json/new?${encodeURIComponent(url)}`, {method: 'PUT'});
    return connect((await made.json()).webSocketDebuggerUrl);
}

async function load(page, file) {
    const input = await until('the file input',
        () => evaluate(page, `findAll('input[type=file]')[0]`, false));
    await page.send('DOM.setFileInputFiles', {objectId: input, files: [path.resolve(file)]});
    const item = `findAll('.heap-snapshot-sidebar-tree-item:not(.wait)')[0]`;
    await until('the snapshot to be read', () => evaluate(page, `!!${item}`));
    await click(page, item);
}

async function click(page, element) {
    const at = await evaluate(page, `((box) => ({x: box.x + box.width / 2, y: box.y + box.height / 2}))
        (${element}.getBoundingClientRect())`);
    for (const type of ['mousePressed', 'mouseReleased'])
        await page.send('Input.dispatchMouseEvent', {type, ...at, button: 'left', clickCount: 1});
}

async function choosePerspective(page, name) {
    await until(name, () => evaluate(page, `findAll('select').some((select) =>
        [...select.options].some((option) => option.text === '${name}' &&
            ((select.value = option.value), select.dispatchEvent(new Event('change')), true)))`));
}

async function main() {
    const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'devtools-'));
    const browser = startBrowser(profile);
    try {
        const port = await until('the browser', () => {
            const file = path.join(profile, 'DevToolsActivePort');
            return fs.existsSync(file) && fs.readFileSync(file, 'utf8').split('\n')[0];
        });
        const page = await openDevtools(`127.0.0.1:${port}`);
        await load(page, process.argv[2]);
        for (const perspective of ['Summary', 'Containment']) {
            await choosePerspective(page, perspective);
            const seen = await until(`rows of ${perspective}`, async () => {
                await pause(5 * poll); // a view that is about to change still has its old rows
                const found = await evaluate(page, rows);
                return found.length && found;
            });
            console.log(`== ${perspective}\n${seen.join('\n')}`);
        }
    } finally {
        process.kill(-browser.pid, 'SIGKILL'); // with all that it started
        await new Promise((resolve) => browser.on('exit', resolve));
        fs.rmSync(profile, {recursive: true, force: true, maxRetries: 20, retryDelay: poll});
    }
}

main().then(() => process.exit(0), (error) => {
    console.error(error.message);
    process.exit(1);
});
