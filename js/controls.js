/**
 * What the user put into a control: reading it, and writing what Python says without losing caret
 * or selection.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {import("./types.js").ValueElement} ValueElement
 */

import { CONTROLS } from "./tables.js";

/**
 * Show what Python holds, if it differs.
 * @param {Mounted} node
 */
export function writeControl(node) {
  const { props } = node;
  if (node.type === "RadioGroup") {
    for (const radio of radios(node)) radio.checked = radio.value === props.value;
  } else if (node.spec.rules.has("checked")) {
    const box = /** @type {HTMLInputElement} */ (node.control);
    box.checked = props.checked === true;
  } else {
    const text = props.value === undefined || props.value === null ? "" : String(props.value);
    writeValue(/** @type {ValueElement} */ (node.control), text);
  }
}

/**
 * @param {ValueElement} el
 * @param {string} text
 */
function writeValue(el, text) {
  if (el.value === text) return;
  if (el.localName === "select") {
    const select = /** @type {HTMLSelectElement} */ (el);
    select.value = text;
    // The first option stands for "nothing chosen yet" (options.js).
    if (select.selectedIndex < 0) select.selectedIndex = 0;
    return;
  }
  const input = /** @type {HTMLInputElement} */ (el);
  const focused = /** @type {Document | ShadowRoot} */ (el.getRootNode()).activeElement === el;
  const caret = focused ? input.selectionStart : null;
  if (caret === null) {
    el.value = text;
    return;
  }
  const { value, selectionEnd, selectionDirection } = input;
  el.value = text;
  if (caret === selectionEnd) {
    const place = caretIn(text, value, caret);
    input.setSelectionRange(place, place);
  } else {
    input.setSelectionRange(caret, selectionEnd, selectionDirection ?? "none");
  }
}

/**
 * Where a caret belongs after a value was rewritten ("1234" to "1,234"): before the same rest,
 * else at the same offset.
 * @param {string} text the new value
 * @param {string} old
 * @param {number} caret
 * @returns {number}
 */
function caretIn(text, old, caret) {
  const rest = old.slice(caret);
  return text.endsWith(rest) ? text.length - rest.length : Math.min(caret, text.length);
}

/**
 * @param {Mounted} group
 * @returns {HTMLInputElement[]}
 */
export function radios(group) {
  return [...group.parts.options.querySelectorAll("input")];
}

/**
 * A control's value as a form reports it: bool, number, text, or the chosen files.
 * @param {Mounted} node
 * @returns {string | boolean | number | File[]}
 */
export function readControl(node) {
  if (node.type === "RadioGroup") return radios(node).find((radio) => radio.checked)?.value ?? "";
  const input = /** @type {HTMLInputElement} */ (node.control);
  switch (CONTROLS[node.type]) {
    case "checked":
      return input.checked;
    case "number":
      return Number(input.value);
    case "files":
      return [...(input.files ?? [])];
    default:
      return input.value;
  }
}

/**
 * What is shown counts as what Python says: it is told, and a whole tree that says something else
 * is then seen to differ.
 * @param {Mounted} node
 */
export function takeShown(node) {
  const name = node.spec.rules.has("checked") ? "checked" : "value";
  node.props = { ...node.props, [name]: readControl(node) };
}

/**
 * Which of the options is chosen; -1 for none.
 * @param {Mounted} node a Dropdown or RadioGroup
 * @returns {number}
 */
export function chosenIndex(node) {
  if (node.type === "RadioGroup") return radios(node).findIndex((radio) => radio.checked);
  return /** @type {HTMLSelectElement} */ (node.control).selectedIndex - 1;
}

/**
 * Is the control, or something around it, switched off?
 * @param {Mounted} node
 * @returns {boolean}
 */
export function isOff(node) {
  return node.props.disabled === true || node.el.closest("[inert]") !== null;
}
