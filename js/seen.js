/**
 * What the visitor saw of a widget, to know whether the tree that came since shows the same there.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 */

/** What a control holds is not what it asks for. */
const HELD = { value: 0, checked: 0 };

/**
 * What a widget says of itself, and the field around it.
 * @param {Mounted} node
 * @returns {string}
 */
export function asked({ props, parent }) {
  const field = parent?.type === "FormField" ? parent.props : {};
  const rest = Object.entries({ ...props, ...HELD }).sort();
  return JSON.stringify([rest, field.name, field.label]);
}

/**
 * Remember *node* as the visitor sees it now. A key says by itself which widget is meant. Without
 * one it is the widget that says the same; and in a row among others without a key, the row that
 * shows the same.
 * @param {Mounted} node
 * @returns {() => boolean} is it still the one that was seen?
 */
export function seen(node) {
  const before = shown(node);
  return () => shown(node) === before;
}

/** @param {Mounted} node @returns {string} */
function shown(node) {
  const isOfItself = node.key === undefined && !node.state;
  const texts = [node.el.isConnected, node.key ?? asked(node), isOfItself && node.el.textContent];
  for (let at = node; at.parent; at = at.parent) {
    if (isOneOfMany(at, at.parent)) texts.push(at.el.textContent);
  }
  return JSON.stringify(texts);
}

/** @param {Mounted} node @param {Mounted} parent */
function isOneOfMany({ key, type }, parent) {
  if (key !== undefined) return false;
  return parent.children.filter((one) => one.type === type && one.key === undefined).length > 1;
}
