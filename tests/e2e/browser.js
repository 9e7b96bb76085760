// Chromium without a window, spoken to in the DevTools protocol over a WebSocket (Debian's node-ws).
// What does not come within PATIENCE seconds is an error.
'use strict';
const {spawn} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const WebSocket = require('ws');

const patience = 1000 * (process.env.PATIENCE || 300);
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

// A page of the browser to talk to: send(METHOD, PARAMETERS) gives the result; on(METHOD, TAKE) has
// its events taken.
function connect(url) {
    const socket = new WebSocket(url, {perMessageDeflate: false, maxPayload: 1 << 30});
    const waiting = new Map();
    const takers = new Map();
    let last = 0;
    socket.on('message', (data) => {
        const message = JSON.parse(data);
        const settle = waiting.get(message.id) || takers.get(message.method);
        if (settle)
            settle(message.method ? message.params : message);
    });
    const send = (method, params = {}) => new Promise((resolve, reject) => {
        waiting.set(++last, (message) =>
            message.error ? reject(new Error(message.error.message)) : resolve(message.result));
        socket.send(JSON.stringify({id: last, method, params}));
    });
    const on = (method, take) => takers.set(method, take);
    return new Promise((resolve, reject) => {
        socket.on('open', () => resolve({send, on}));
        socket.on('error', reject);
    });
}

// Runs a browser; use(ADDRESS) is given "127.0.0.1:PORT" where it listens. Then it is gone.
async function withBrowser(use) {
    const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'));
    const browser = startBrowser(profile);
    try {
        const port = await until('the browser', () => {
            const file = path.join(profile, 'DevToolsActivePort');
            return fs.existsSync(file) && fs.readFileSync(file, 'utf8').split('\n')[0];
        });
        await use(`127.0.0.1:${port}`);
    } finally {
        process.kill(-browser.pid, 'SIGKILL'); // with all that it started
        await new Promise((resolve) => browser.on('exit', resolve));
        fs.rmSync(profile, {recursive: true, force: true, maxRetries: 20, retryDelay: poll});
    }
}

// The process ends as main() does: with status 1 and the reason where that fails.
function run(main) {
    main().then(() => process.exit(0), (error) => {
        console.error(error.message);
        process.exit(1);
    });
}

module.exports = {connect, pause, poll, run, until, withBrowser};
