/** By hand: what the others are measured against. */

import { BUTTONS, Maker } from "./data.js";

const maker = new Maker();

/**
 * @param {string} tag
 * @param {string} name
 * @param {string} [text]
 */
function element(tag, name, text = "") {
  const el = document.createElement(tag);
  el.className = name;
  if (tag === "button") el.setAttribute("type", "button");
  if (text) el.textContent = text;
  return el;
}

const template = element("div", "tw-Row");
template.append(
  element("span", "tw-Text", " "),
  element("button", "tw-Button", " "),
  element("button", "tw-Button", "×"),
);

/** A row on the page: its element, and the text node of its label. */
class Row {
  /** @param {import("./data.js").Line} line */
  constructor({ id, label }) {
    this.el = /** @type {HTMLElement} */ (template.cloneNode(true));
    const [number, name] = this.el.children;
    /** @type {Text} */ (number.firstChild).data = String(id);
    this.text = /** @type {Text} */ (name.firstChild);
    this.text.data = label;
  }
}

const list = element("div", "tw-Column");
/** @type {Row[]} */
let rows = [];
/** @type {Row | null} */
let selected = null;

/** @param {number} count */
function append(count) {
  const run = document.createDocumentFragment();
  for (const line of maker.make(count)) {
    const row = new Row(line);
    rows.push(row);
    run.append(row.el);
  }
  list.append(run);
}

function clear() {
  rows = [];
  selected = null;
  list.textContent = "";
}

/** @param {number} count */
function create(count) {
  clear();
  append(count);
}

/** @type {Record<string, () => void>} */
const CHANGES = {
  run: () => create(1000),
  few: () => create(100),
  lots: () => create(10000),
  add: () => append(1000),
  update() {
    for (let at = 0; at < rows.length; at += 10) rows[at].text.data += " !!!";
  },
  swap() {
    if (rows.length <= 998) return;
    const [low, high] = [rows[1], rows[998]];
    const behind = high.el.nextSibling;
    list.insertBefore(high.el, low.el);
    list.insertBefore(low.el, behind);
    rows[1] = high;
    rows[998] = low;
  },
  clear,
};

list.addEventListener("click", ({ target }) => {
  const button = /** @type {HTMLElement} */ (target).closest("button");
  if (!button) return;
  const at = rows.findIndex(({ el }) => el === button.parentNode);
  if (button.nextSibling === null) {
    rows[at].el.remove();
    if (rows.splice(at, 1)[0] === selected) selected = null;
    return;
  }
  if (selected) selected.el.className = "tw-Row";
  selected = rows[at];
  selected.el.className = "tw-Row selected";
});

const controls = element("div", "tw-Wrap");
for (const [name, label] of Object.entries(BUTTONS)) {
  const button = element("button", "tw-Button", label);
  button.addEventListener("click", CHANGES[name]);
  controls.append(button);
}
const page = element("div", "tw-Column");
page.append(controls, list);
document.getElementById("tempest-app")?.append(page);
