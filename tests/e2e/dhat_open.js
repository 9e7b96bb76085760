// Opens a DHAT file in Valgrind's viewer, in a browser without a window, and prints what that shows.
//
//     node dhat_open.js FILE [VIEWER.html]
'use strict';
const path = require('path');
const {pathToFileURL} = require('url');
const {connect, run, until, withBrowser} = require('./browser.js');

const viewer = process.argv[3] || '/usr/libexec/valgrind/dh_view.html';

async function evaluate(page, expression, byValue = true) {
    const answer = await page.send('Runtime.evaluate', {expression, returnByValue: byValue});
    if (answer.exceptionDetails)
        throw new Error(answer.exceptionDetails.exception.description);
    return byValue ? answer.result.value : answer.result.objectId;
}

run(() => withBrowser(async (address) => {
    const url = encodeURIComponent(pathToFileURL(viewer).href);
    const made = await (await fetch(`http://${address}/json/new?${url}`, {method: 'PUT'})).json();
    const page = await connect(made.webSocketDebuggerUrl);
    const input = await until('the file input',
        () => evaluate(page, `document.querySelector('input[type=file]')`, false));
    await page.send('DOM.setFileInputFiles', {objectId: input, files: [path.resolve(process.argv[2])]});
    console.log(await until('what it shows', () => evaluate(page,
        `/^Invocation|Error|error/m.test(document.body.innerText) && document.body.innerText`)));
}));
