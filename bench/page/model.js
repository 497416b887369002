/** What a table should show, worked out apart from any target, and the check that a page does. */

import { BUTTONS, labelOf } from "../targets/data.js";

/** The background of the selected row, in all targets. */
const SELECTED = "rgb(219, 234, 254)";

/** @typedef {{id: number, label: string}} Line */

/** @param {string} label @returns {HTMLElement} */
export function button(label) {
  const all = document.getElementsByTagName("button");
  // They are the first on the page.
  for (let at = 0; at < Math.min(all.length, 7); at++) {
    if (all[at].textContent === label) return all[at];
  }
  throw new Error(`there is no button "${label}"`);
}

/** What holds the rows. @returns {Element} */
export function list() {
  const next = button(BUTTONS.run).parentElement?.nextElementSibling;
  if (!next) throw new Error("there is no list below the buttons");
  return next;
}

/** The table as it should be. */
export class Model {
  #next = 1;
  /** @type {Map<number, Element>} the element that each row had last time */
  #elements = new Map();
  /** @type {Line[]} */
  lines = [];
  /** @type {number | null} */
  selected = null;

  /** @param {number} count */
  append(count) {
    for (let made = 0; made < count; made++) {
      const id = this.#next++;
      this.lines.push({ id, label: labelOf(id) });
    }
  }

  /** @param {number} count */
  create(count) {
    this.lines = [];
    this.selected = null;
    this.append(count);
  }

  update() {
    for (let at = 0; at < this.lines.length; at += 10) this.lines[at].label += " !!!";
  }

  swap() {
    const { lines } = this;
    [lines[1], lines[998]] = [lines[998], lines[1]];
  }

  /** @param {number} at */
  select(at) {
    this.selected = this.lines[at].id;
  }

  /** @param {number} at */
  remove(at) {
    const [gone] = this.lines.splice(at, 1);
    if (gone.id === this.selected) this.selected = null;
  }

  /**
   * Throw unless the page shows this table: every text, the order, the selection, and rows that
   * stayed in the elements that they had.
   */
  check() {
    const rows = [...list().children];
    expect("rows", rows.length, this.lines.length);
    const elements = new Map();
    rows.forEach((row, at) => {
      const { id, label } = this.lines[at];
      const texts = [...row.children].map((el) => el.textContent);
      expect(`row ${at}`, texts.join("|"), `${id}|${label}|×`);
      const known = this.#elements.get(id);
      if (known && known !== row) throw new Error(`row ${id} has a new element`);
      elements.set(id, row);
    });
    this.#elements = elements;
    if (rows.length > 0) this.#checkSelection(rows.slice(0, 100));
  }

  /** Among the first hundred: to ask 10,000 takes longer than all else. @param {Element[]} rows */
  #checkSelection(rows) {
    const marked = rows.filter((row) => getComputedStyle(row).backgroundColor === SELECTED);
    const wanted = this.lines.slice(0, 100).findIndex(({ id }) => id === this.selected);
    expect("selected", marked.map((row) => rows.indexOf(row)).join(), wanted < 0 ? "" : `${wanted}`);
  }
}

/**
 * @param {string} what
 * @param {unknown} is
 * @param {unknown} should
 */
function expect(what, is, should) {
  if (is !== should) throw new Error(`${what}: the page shows ${is} where ${should} should be`);
}
