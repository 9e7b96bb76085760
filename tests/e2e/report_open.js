// Opens a report in Chromium and uses it as a person would: by mouse and by keyboard, in a large and
// a small window, in light and in dark, with scripts and without. Ends with status 1 and the reason
// where something is not as it should be.
//
//     node report_open.js FILE.html [FOLDER]    leaves pictures of the pages in the folder
'use strict';
const fs = require('fs');
const path = require('path');
const {pathToFileURL} = require('url');
const {connect, run, until, withBrowser} = require('./browser.js');

const file = pathToFileURL(path.resolve(process.argv[2])).href;
const folder = process.argv[3];
const windows = [[1400, 900], [390, 844]];
const schemes = ['light', 'dark'];

function is(what, expected, actual) {
    if (JSON.stringify(expected) !== JSON.stringify(actual))
        throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

function holds(what, value) {
    if (!value)
        throw new Error(`not so: ${what}`);
}

// A tab, with all that went wrong in it, and all that it asked for.
async function openTab(address) {
    const made = await (await fetch(`http://${address}/json/new?about:blank`, {method: 'PUT'})).json();
    const tab = Object.assign(await connect(made.webSocketDebuggerUrl), {wrong: [], asked: []});
    tab.on('Runtime.exceptionThrown', ({exceptionDetails}) =>
        tab.wrong.push(exceptionDetails.exception?.description || exceptionDetails.text));
    tab.on('Log.entryAdded', ({entry}) => tab.wrong.push(entry.text));
    tab.on('Runtime.consoleAPICalled', ({args}) => tab.wrong.push(args.map((arg) => arg.value).join(' ')));
    tab.on('Network.requestWillBeSent', ({request}) => tab.asked.push(request.url));
    tab.on('Page.javascriptDialogOpening', ({message}) => tab.wrong.push(`dialog: ${message}`));
    for (const domain of ['Page', 'Runtime', 'Log', 'Network'])
        await tab.send(`${domain}.enable`);
    return tab;
}

async function evaluate(tab, expression) {
    const answer = await tab.send('Runtime.evaluate', {expression, returnByValue: true});
    if (answer.exceptionDetails)
        throw new Error(`${expression}: ${answer.exceptionDetails.exception.description}`);
    return answer.result.value;
}

async function show(tab, [width, height], scheme) {
    await tab.send('Emulation.setDeviceMetricsOverride',
        {width, height, deviceScaleFactor: 1, mobile: width < 500});
    await tab.send('Emulation.setEmulatedMedia',
        {features: [{name: 'prefers-color-scheme', value: scheme}]});
    await tab.send('Page.navigate', {url: file});
    await until('the page', () => evaluate(tab,
        `location.href !== 'about:blank' && document.readyState === 'complete'`));
}

async function picture(tab, name) {
    if (!folder)
        return;
    const {cssContentSize} = await tab.send('Page.getLayoutMetrics');
    const clip = {x: 0, y: 0, width: cssContentSize.width, height: Math.min(cssContentSize.height, 6000), scale: 1};
    const shot = await tab.send('Page.captureScreenshot', {clip, captureBeyondViewport: true});
    fs.writeFileSync(path.join(folder, name), Buffer.from(shot.data, 'base64'));
}

async function click(tab, selector) {
    const at = await evaluate(tab, `(() => {
        const element = document.querySelector(${JSON.stringify(selector)});
        element.scrollIntoView({block: 'center'});
        const box = element.getBoundingClientRect();
        return {x: box.x + Math.min(box.width / 2, 60), y: box.y + box.height / 2};
    })()`);
    for (const type of ['mousePressed', 'mouseReleased'])
        await tab.send('Input.dispatchMouseEvent', {type, ...at, button: 'left', clickCount: 1});
}

const characters = {Enter: '\r', ' ': ' '};

async function press(tab, key) {
    const codes = {Enter: 13, Tab: 9, Escape: 27, ArrowUp: 38, ArrowDown: 40, ArrowLeft: 37, ArrowRight: 39};
    const event = {key, code: key, windowsVirtualKeyCode: codes[key] || 0, text: characters[key]};
    await tab.send('Input.dispatchKeyEvent', {type: 'keyDown', ...event});
    await tab.send('Input.dispatchKeyEvent', {type: 'keyUp', ...event});
}

async function type(tab, selector, text) {
    await evaluate(tab, `document.querySelector('${selector}').select()`);
    await evaluate(tab, `document.querySelector('${selector}').focus()`);
    await tab.send('Input.insertText', {text});
}

const column = (number) => `[...document.querySelectorAll('#leak-table tbody tr:not([hidden])')]
    .map((row) => Number(row.cells[${number}].dataset.sort))`;

const isSorted = (numbers, sign) =>
    numbers.every((number, i) => i === 0 || sign * (number - numbers[i - 1]) >= 0);

async function useTable(tab) {
    const rows = await evaluate(tab, `document.querySelectorAll('#leak-table tbody tr').length`);
    if (!rows)
        return;
    const bytes = '#leak-table thead th:nth-child(5) button';
    await click(tab, bytes);
    holds('bytes are sorted, most first', isSorted(await evaluate(tab, column(4)), -1));
    await press(tab, 'Enter');
    holds('and by the keyboard the other way', isSorted(await evaluate(tab, column(4)), 1));
    is('which is said', 'ascending', await evaluate(tab,
        `document.querySelector('#leak-table th:nth-child(5)').ariaSort`));
    const find = 'form[data-for=leak-table] input';
    await type(tab, find, 'no such function');
    is('rows that fit nothing', 0, (await evaluate(tab, column(0))).length);
    is('how many are said', `0 of ${rows} row${rows === 1 ? '' : 's'}`, await evaluate(tab,
        `document.querySelector('form[data-for=leak-table] output').textContent`));
    await type(tab, find, await evaluate(tab,
        `document.querySelector('#leak-table tbody th').textContent`));
    holds('rows that fit', (await evaluate(tab, column(0))).length > 0);
    await click(tab, '#leak-table tr:not([hidden]) summary');
    holds('a stack opens', await evaluate(tab,
        `document.querySelector('#leak-table tr:not([hidden]) details').open`));
}

const frames = `[...document.querySelectorAll('#flame-graph .frame')]`;
const widths = `${frames}.map((frame) => Number(frame.getAttribute('width').replace('%', '')))`;

async function useFlameGraph(tab) {
    if (!await evaluate(tab, `!!document.getElementById('flame-tools')`))
        return;
    const drawn = await evaluate(tab, `${frames}.length`);
    holds('frames are drawn', drawn > 1);
    is('the first is whole', 100, (await evaluate(tab, widths))[0]);
    const narrow = await evaluate(tab, `${frames}.map((frame) => parseFloat(frame.getAttribute('width')))
        .findIndex((width) => width > 2 && width < 99)`);
    if (narrow > 0) {
        await evaluate(tab, `${frames}[${narrow}].id = 'narrow'`);
        const name = await evaluate(tab, `${frames}[${narrow}].querySelector('text').textContent`);
        await click(tab, '#narrow rect'); // the frame's text may be wider
        is('a click zooms', 100, await evaluate(tab, `Number(${frames}.find((frame) =>
            !frame.classList.contains('dim')).getAttribute('width').replace('%', ''))`));
        is('to that frame', name, await evaluate(tab, `${frames}.find((frame) =>
            !frame.classList.contains('dim')).querySelector('text').textContent`));
        await click(tab, '#flame-tools button');
        is('and back', drawn, await evaluate(tab, `${frames}.length`));
    }
    // What the mouse lies on when it is drawn anew would tell of itself.
    await tab.send('Input.dispatchMouseEvent', {type: 'mouseMoved', x: 1, y: 1});
    await evaluate(tab, `${frames}[0].focus()`);
    await press(tab, 'ArrowDown');
    const below = await evaluate(tab, `document.activeElement.querySelector('text').textContent`);
    holds('an arrow goes to what is called', below !== 'all');
    await press(tab, 'Enter');
    is('Enter zooms', 1, await evaluate(tab, `document.querySelectorAll('.frame.dim').length`));
    holds('what is focused is told', (await evaluate(tab,
        `document.getElementById('flame-detail').textContent`)).startsWith(below));
    await press(tab, 'Escape');
    is('Escape shows all again', 0, await evaluate(tab, `document.querySelectorAll('.frame.dim').length`));
    await type(tab, '#flame-tools [name=find]', below);
    holds('what is searched is marked', await evaluate(tab, `document.querySelectorAll('.frame.found').length`) > 0);
    await click(tab, '#flame-tools [name=inverted]');
    holds('inverted it is drawn too', await evaluate(tab, `${frames}.length`) > 1);
    for (const [name, value] of [['which', 'live'], ['measure', 'blocks']])
        await evaluate(tab, `(() => { const select = document.querySelector('#flame-tools [name=${name}]');
            select.value = '${value}'; select.dispatchEvent(new Event('change')); })()`);
    holds('blocks are counted', /block/.test(await evaluate(tab,
        `document.getElementById('flame-detail').textContent`)));
}

async function useTree(tab) {
    const closed = '.tree details:not([open]) > summary';
    if (!await evaluate(tab, `!!document.querySelector(${JSON.stringify(closed)})`))
        return;
    const open = `document.querySelectorAll('.tree details[open]').length`;
    const before = await evaluate(tab, open);
    await evaluate(tab, `document.querySelector(${JSON.stringify(closed)}).focus()`);
    await press(tab, 'Enter');
    is('a line of the tree opens by the keyboard', before + 1, await evaluate(tab, open));
}

const fitsWindow = `document.documentElement.scrollWidth <= document.documentElement.clientWidth`;

async function look(tab, size, scheme, name) {
    await show(tab, size, scheme);
    if (!await evaluate(tab, fitsWindow))
        throw new Error(`wider than a window of ${size}: ${await evaluate(tab, `[...document.querySelectorAll('body *')]
            .filter((each) => each.getBoundingClientRect().right >
            document.documentElement.clientWidth + 1 && !each.closest('.scroll, .rows-scroll, nav, #flame-graph'))
            .slice(0, 5).map((each) => each.outerHTML.slice(0, 200)).join(' ; ')`)}`);
    is('pictures without an element that is drawn', 0, await evaluate(tab,
        `[...document.querySelectorAll('.picture svg')].filter((svg) => !svg.querySelector('.node')).length`));
    await picture(tab, `${name}-${size[0]}-${scheme}.png`);
}

async function withoutScripts(tab) {
    await tab.send('Emulation.setScriptExecutionDisabled', {value: true});
    await look(tab, windows[0], 'light', 'without-scripts');
    is('tools that nothing works', 0, await evaluate(tab,
        `[...document.querySelectorAll('.tools')].filter((form) => form.offsetHeight > 0).length`));
    const flame = await evaluate(tab, `document.querySelectorAll('#flame-graph .frame').length`);
    holds('the flame graph is there', flame > 1 || !await evaluate(tab, `!!document.getElementById('flame-data')`));
}

run(() => withBrowser(async (address) => {
    const tab = await openTab(address);
    for (const size of windows)
        for (const scheme of schemes)
            await look(tab, size, scheme, 'report');
    for (const size of windows) {
        await show(tab, size, 'light');
        await useTable(tab);
        await useFlameGraph(tab);
        await useTree(tab);
    }
    await picture(tab, 'used.png');
    await withoutScripts(tab);
    is('what went wrong in the page', [], tab.wrong);
    is('what else the page asked for', [], tab.asked.filter((url) => url !== file));
    is('scripts that ran from names', false, await evaluate(tab, `'pwned' in window`));
    console.log(`fine: ${tab.asked.length} times opened`);
}));
