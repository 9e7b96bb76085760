// What a report has more with a script than without: tables that are sorted and searched, and a
// flame graph in other measures. It builds elements and sets their text, never HTML, since names
// come from the program under study.
'use strict';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

// As the command line says it: three digits, no zeros at the end.
function size(bytes) {
    let unit = 0;
    while (bytes >= 1000 && unit + 1 < units.length) {
        bytes /= 1024;
        unit++;
    }
    const digits = bytes >= 99.95 ? 0 : bytes >= 9.995 ? 1 : 2;
    return `${Number(bytes.toFixed(unit ? digits : 0))} ${units[unit]}`;
}

const count = (number, what) =>
    `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;

const percent = (part, whole) =>
    part && part / whole < 0.001 ? '<0.1 %' : `${Number((100 * part / whole).toFixed(1))} %`;

// ---- tables -----------------------------------------------------------------------------------

function sortKey(row, column) {
    const cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent.trim() : Number(cell.dataset.sort);
}

function sortBy(table, column, descending) {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row, index) => ({row, index, key: sortKey(row, column)}));
    rows.sort((a, b) => {
        const order = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
        return (descending ? -order : order) || a.index - b.index;
    });
    body.append(...rows.map((each) => each.row));
    for (const head of table.tHead.rows[0].cells)
        head.removeAttribute('aria-sort');
    table.tHead.rows[0].cells[column].setAttribute('aria-sort',
        descending ? 'descending' : 'ascending');
}

// Numbers begin with the largest, names with the first.
function makeSortable(table) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener('click', () => {
            const now = head.getAttribute('aria-sort');
            sortBy(table, column, now ? now === 'ascending' : head.dataset.by === 'number');
        });
    });
}

function makeSearchable(form) {
    const rows = [...document.getElementById(form.dataset.for).tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const show = () => {
        const words = form.elements.find.value.toLowerCase().split(/\s+/).filter(Boolean);
        const kind = form.elements.kind ? form.elements.kind.value : '';
        let shown = 0;
        rows.forEach((row, i) => {
            const fits = words.every((word) => texts[i].includes(word)) &&
                (!kind || row.cells[1].textContent.includes(kind));
            row.hidden = !fits;
            shown += fits;
        });
        form.querySelector('output').textContent =
            `${shown.toLocaleString('en')} of ${count(rows.length, 'row')}`;
    };
    form.addEventListener('input', show);
    form.addEventListener('submit', (event) => event.preventDefault());
    form.hidden = false;
    show();
}

// ---- the flame graph --------------------------------------------------------------------------

const rowPixels = 20;
const seenShare = 1 / 1000;
const colours = 8;
const measures = {lostbytes: 2, lostblocks: 3, livebytes: 4, liveblocks: 5};

const makeNode = (name, parent) =>
    ({name, parent, weight: 0, depth: parent ? parent.depth + 1 : 0, children: new Map()});

function childOf(node, name) {
    if (!node.children.has(name))
        node.children.set(name, makeNode(name, node));
    return node.children.get(name);
}

// What each node has beyond its children: allocated in it, or in what is too light to be listed.
function ownWeights(nodes, measure) {
    const own = nodes.map((node) => node[measure]);
    nodes.forEach((node, i) => {
        if (i)
            own[node[0]] -= node[measure];
    });
    return own;
}

// The names from the outermost frame in.
function pathOf(data, index) {
    const path = [];
    for (let at = index; at; at = data.nodes[at][0])
        path.unshift(data.nodes[at][1]);
    return path;
}

function buildTree(data, measure, inverted) {
    const root = makeNode('all', null);
    ownWeights(data.nodes, measure).forEach((weight, i) => {
        if (weight <= 0)
            return;
        const path = pathOf(data, i);
        let at = root;
        at.weight += weight;
        for (const name of inverted ? path.reverse() : path) {
            at = childOf(at, data.names[name]);
            at.weight += weight;
        }
    });
    return root;
}

function svgElement(name, attributes) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes))
        element.setAttribute(key, value);
    return element;
}

class FlameGraph {
    constructor(data, place, form, detail) {
        Object.assign(this, {data, place, form, detail});
        this.colours = new Map(data.names.map((name, i) => [name, `c${i % colours}`]));
        for (const name of ['which', 'measure', 'inverted'])
            form.elements[name].addEventListener('change', () => this.rebuild());
        form.elements.find.addEventListener('input', () => this.draw());
        form.elements.reset.addEventListener('click', () => this.zoom(this.root));
        form.addEventListener('submit', (event) => event.preventDefault());
        place.addEventListener('keydown', (event) => this.key(event));
        form.hidden = false;
        this.rebuild();
    }

    rebuild() {
        const {which, measure, inverted} = this.form.elements;
        this.measure = measure.value;
        this.root = buildTree(this.data, measures[which.value + measure.value], inverted.checked);
        this.zoomed = this.root;
        this.draw();
    }

    words(node) {
        const weight = this.measure === 'bytes' ? size(node.weight) : count(node.weight, 'block');
        return `${node.name}: ${weight}, ${percent(node.weight, this.root.weight)}`;
    }

    // The frames around the zoomed one and below it, each with its place in shares of the whole.
    layOut() {
        const placed = [];
        const callers = [];
        for (let at = this.zoomed.parent; at; at = at.parent)
            callers.unshift(at);
        callers.forEach((node) => placed.push({node, x: 0, width: 1, caller: true}));
        const below = (node, x) => {
            const width = node.weight / this.zoomed.weight;
            if (width < seenShare)
                return;
            placed.push({node, x, width});
            for (const child of [...node.children.values()].sort((a, b) => b.weight - a.weight)) {
                below(child, x);
                x += child.weight / this.zoomed.weight;
            }
        };
        if (this.zoomed.weight)
            below(this.zoomed, 0);
        return placed;
    }

    draw() {
        const placed = this.layOut();
        const depth = placed.reduce((most, each) => Math.max(most, each.node.depth), 0);
        const svg = svgElement('svg', {width: '100%', height: (depth + 1) * rowPixels,
            role: 'application', 'aria-label': 'flame graph: arrow keys move, Enter zooms, Escape resets'});
        const wanted = this.form.elements.find.value.toLowerCase();
        this.frames = new Map();
        for (const each of placed)
            svg.append(this.drawFrame(each, wanted));
        this.place.replaceChildren(svg);
        this.show(this.zoomed);
        this.form.querySelector('output').textContent = wanted ? this.sayFound(wanted) : '';
    }

    drawFrame({node, x, width, caller}, wanted) {
        const found = wanted && node.name.toLowerCase().includes(wanted);
        const frame = svgElement('svg', {x: `${100 * x}%`, y: node.depth * rowPixels,
            width: `${100 * width}%`, height: rowPixels - 1, role: 'button', 'aria-label': this.words(node),
            tabindex: node === this.zoomed ? 0 : -1,
            class: `frame ${this.colours.get(node.name) || 'c0'}${caller ? ' dim' : ''}${found ? ' found' : ''}`});
        const title = svgElement('title', {});
        const text = svgElement('text', {x: 4, y: 14});
        title.textContent = this.words(node);
        text.textContent = node.name;
        frame.append(title, svgElement('rect', {width: '100%', height: '100%'}), text);
        frame.addEventListener('click', () => this.zoom(node));
        frame.addEventListener('focus', () => this.show(node));
        frame.addEventListener('pointerenter', () => this.show(node));
        this.frames.set(node, frame);
        return frame;
    }

    show(node) {
        this.detail.textContent = this.words(node);
    }

    // Of frames below each other that fit, only the outermost counts.
    sayFound(wanted) {
        const weigh = (node) => node.name.toLowerCase().includes(wanted) ? node.weight :
            [...node.children.values()].reduce((sum, child) => sum + weigh(child), 0);
        return `${percent(weigh(this.root), this.root.weight)} found`;
    }

    zoom(node) {
        const focused = this.place.contains(document.activeElement);
        this.zoomed = node;
        this.draw();
        if (focused)
            this.frames.get(node).focus();
    }

    // Where an arrow leads: to the caller, to the heaviest that is called, to the ones beside.
    neighbour(node, key) {
        const seen = (list) => list.filter((each) => this.frames.has(each));
        const sorted = (of) => [...of.children.values()].sort((a, b) => b.weight - a.weight);
        if (key === 'ArrowUp')
            return node.parent;
        if (key === 'ArrowDown')
            return seen(sorted(node))[0];
        const beside = node.parent ? seen(sorted(node.parent)) : [];
        const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : NaN;
        return beside[beside.indexOf(node) + step];
    }

    key(event) {
        const node = [...this.frames].find(([, frame]) => frame === event.target)?.[0];
        if (!node)
            return;
        if (event.key === 'Enter' || event.key === ' ')
            this.zoom(node);
        else if (event.key === 'Escape')
            this.zoom(this.root);
        else {
            const next = this.neighbour(node, event.key);
            if (!next)
                return;
            this.frames.get(next).focus();
        }
        event.preventDefault();
    }
}

document.querySelectorAll('table.sortable').forEach(makeSortable);
document.querySelectorAll('form[data-for]').forEach(makeSearchable);

const flameData = document.getElementById('flame-data');
if (flameData)
    new FlameGraph(JSON.parse(flameData.textContent), document.getElementById('flame-graph'),
        document.getElementById('flame-tools'), document.getElementById('flame-detail'));
