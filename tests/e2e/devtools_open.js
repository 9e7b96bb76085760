// Opens a .heapsnapshot in Chromium's own DevTools, in a browser without a window, and prints the
// rows of the summary ("name × count shallow retained"), and of what is below the root in the
// containment view.
//
//     node devtools_open.js FILE.heapsnapshot
'use strict';
const path = require('path');
const {connect, pause, poll, run, until, withBrowser} = require('./browser.js');

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

run(() => withBrowser(async (address) => {
    const page = await openDevtools(address);
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
}));
