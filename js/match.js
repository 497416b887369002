/**
 * Which elements of parsed HTML stand for which nodes of the frame that it was made from.
 *
 * A parser moves or drops what may not stand where it was written (a form in a form, a link in a
 * link), extensions put elements between ours and take some away: a list of children is taken
 * over only if all of it is there, in order; otherwise it is built anew.
 *
 * @typedef {import("./types.js").WireNode} WireNode
 * @typedef {import("./types.js").WidgetTable} WidgetTable
 */

import { WIDGETS } from "./client.js";

/** Parts of widgets, and what others put into the page, have no class like this. */
const OURS = /^tw-[A-Z]/;

/**
 * @param {WireNode} root
 * @param {Element} rootEl an element that fits
 * @returns {{found: Map<WireNode, Element>, strays: Element[]}} the elements of *root* and of
 *   what is in it, and those of ours that stand for nothing
 */
export function match(root, rootEl) {
  /** @type {Map<WireNode, Element>} */
  const found = new Map();
  /** @type {Element[]} */
  const strays = [];
  /** @param {WireNode} wire @param {Element} el */
  const take = (wire, el) => {
    found.set(wire, el);
    const slot = slotIn(WIDGETS[wire.type], el);
    const { children = [] } = wire;
    const ours = slot ? [...slot.children].filter(isOurs) : [];
    if (ours.length === children.length && children.every((inner, at) => fits(inner, ours[at]))) {
      children.forEach((inner, at) => take(inner, ours[at]));
    } else {
      strays.push(...ours);
    }
  };
  take(root, rootEl);
  return { found, strays };
}

/**
 * Is *el* what the client would make for *wire*, as far as a node's own elements go?
 * @param {WireNode} wire
 * @param {Element} el
 * @returns {boolean}
 */
export function fits(wire, el) {
  const { type, style, props = {} } = wire;
  const { tag, el: row } = WIDGETS[type];
  const name = (tag && tag.map[String(props[tag.prop] ?? tag.default)]) ?? String(row[0]);
  const named = el.classList.contains(`tw-${type}`) && (!style || el.classList.contains(style));
  return named && hasShape([name, ...row.slice(1)], el);
}

/** @param {Element} el */
export function isOurs(el) {
  return OURS.test(el.getAttribute("class") ?? "");
}

/**
 * @param {unknown[]} row of tables/widgets.json
 * @param {Element} el
 * @returns {boolean}
 */
function hasShape(row, el) {
  if (el.localName !== row[0]) return false;
  return innerRows(row).every((inner, at) => at in el.children && hasShape(inner, el.children[at]));
}

/** @param {unknown[]} row @returns {unknown[][]} */
function innerRows(row) {
  return /** @type {unknown[][]} */ (row.filter((item) => Array.isArray(item)));
}

/**
 * @param {WidgetTable} table
 * @param {Element} el
 * @returns {Element | undefined} where its children are
 */
function slotIn({ slot, el: row }, el) {
  if (!slot) return undefined;
  if (slot === "root") return el;
  return el.children[innerRows(row).findIndex(([, attributes]) => refOf(attributes) === slot)];
}

/** @param {unknown} attributes */
function refOf(attributes) {
  return /** @type {{ref?: string}} */ (attributes ?? {}).ref;
}
