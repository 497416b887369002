/**
 * Moving the elements of siblings: dom.js decides which, here it is done.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 */

/**
 * Bring *nodes* into order before *next*, moving only those that don't stay.
 * @param {Element} slot
 * @param {readonly Mounted[]} nodes
 * @param {Uint8Array} stays
 * @param {Element | null} next
 */
export function place(slot, nodes, stays, next) {
  let before = next;
  for (let index = nodes.length - 1; index >= 0; index--) {
    const { el } = nodes[index];
    if (!stays[index]) move(slot, el, before);
    before = el;
  }
}

/**
 * Put *el* into *parent*. moveBefore keeps focus, frames and media alive, and takes only what is
 * already there; TypeScript does not know it yet.
 * @param {any} parent
 * @param {ChildNode} el
 * @param {ChildNode | null} before
 */
export function move(parent, el, before) {
  if ("moveBefore" in parent && el.isConnected && parent.isConnected) parent.moveBefore(el, before);
  else parent.insertBefore(el, before);
}

/**
 * Put what *slot* does not hold yet between what it does.
 * @param {Element} slot
 * @param {readonly Mounted[]} nodes
 */
export function fill(slot, nodes) {
  place(slot, nodes, Uint8Array.from(nodes, ({ el }) => Number(el.parentNode === slot)), null);
}

/** @param {readonly Mounted[]} nodes siblings, next to each other */
export function removeRun(nodes) {
  const first = nodes[0].el;
  const last = nodes[nodes.length - 1].el;
  if (first.parentNode === null || first.parentNode !== last.parentNode) {
    for (const node of nodes) node.el.remove();
    return;
  }
  const range = first.ownerDocument.createRange();
  range.setStartBefore(first);
  range.setEndAfter(last);
  range.deleteContents();
}
