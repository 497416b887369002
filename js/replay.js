/**
 * What the visitor did before the client was there, done again for the client to hear.
 *
 * @typedef {import("./types.js").Past} Past
 */

import { isOurs } from "./match.js";

/** What an event says that somebody who hears it may ask for. */
const SAID = ["key", "code", "keyCode", "repeat", "ctrlKey", "shiftKey", "altKey", "metaKey"];
export const CONTROLS = "input, select, textarea";

/**
 * Fire again what early.js noted, in order, and say what was changed without a trace of it: by a
 * visitor who was quicker than the script, by a password manager, or by the browser, which fills
 * in what was typed before a reload.
 * @param {Element} root
 * @param {ReadonlySet<Element>} adopted
 */
export function replay(root, adopted) {
  /** @type {Past[]} */
  const past = [];
  dispatchEvent(new CustomEvent("tempest-live", { detail: past }));
  const heard = new Set(past.map(({ event }) => event.target));
  for (const el of root.querySelectorAll(CONTROLS)) {
    const control = /** @type {HTMLInputElement} */ (el);
    if (!heard.has(el) && adopted.has(widgetOf(el)) && isChanged(control)) tellChange(control);
  }
  for (const { event, held } of past) again(event, held);
}

/**
 * @param {Event} event
 * @param {boolean} held was the browser's own action held back?
 */
function again(event, held) {
  const { type } = event;
  const target = /** @type {HTMLInputElement} */ (event.target);
  // A plain Event: one of a mouse would tick a checkbox once more.
  const copy = new Event(type, { bubbles: true, cancelable: true });
  for (const name of SAID) {
    if (name in event) Object.assign(copy, { [name]: /** @type {any} */ (event)[name] });
  }
  if (!target.dispatchEvent(copy) || !held || type !== "keydown") return;
  /** @type {HTMLElement | null | undefined} */ (target.form?.querySelector("[type=submit]"))?.click();
}

/** @param {Element} el @returns {Element} */
function widgetOf(el) {
  let at = el;
  while (!isOurs(at) && at.parentElement) at = at.parentElement;
  return at;
}

/**
 * Does a control differ from what the HTML said?
 * @param {HTMLInputElement} control
 * @returns {boolean}
 */
export function isChanged(control) {
  const { type, files } = control;
  const { options } = /** @type {{options?: Iterable<HTMLOptionElement>}} */ (control);
  if (options) return [...options].some((option) => option.selected !== option.defaultSelected);
  if (type === "file") return files !== null && files.length > 0;
  if (type === "checkbox" || type === "radio") return control.checked !== control.defaultChecked;
  // Some values are made to fit (a range's into its limits) without anybody's doing.
  const untouched = /** @type {HTMLInputElement} */ (control.cloneNode());
  untouched.value = control.defaultValue;
  return control.value !== untouched.value;
}

/** @param {HTMLInputElement} control */
export function tellChange(control) {
  // Of two radios the one that was given up says nothing, as ever.
  if (control.type === "radio" && !control.checked) return;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  // Typing goes on: what is in it is no last word yet.
  if (control === document.activeElement && "selectionStart" in control) return;
  control.dispatchEvent(new Event("change", { bubbles: true }));
}
