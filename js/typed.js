/**
 * What was typed into a page whose app could not start, over a reload: browsers fill in again what
 * was there before a step back, not all of them what was there before a reload.
 */

import { CONTROLS, isChanged } from "./replay.js";

const KEY = "tempestweb typed";
/** What nobody writes down, and what no script may fill in. */
const LEFT = new Set(["password", "file"]);

/**
 * One changed control: its place among them, what it is, and what it says.
 * @typedef {[number, string, string | boolean | boolean[]]} Entry
 */

/** Keep what is in the controls of *target* for this tab's next page. @param {Element} target */
export function keepTyped(target) {
  /** @type {Entry[]} */
  const entries = [];
  for (const [index, control] of controls(target).entries()) {
    if (isChanged(control)) entries.push([index, kind(control), said(control)]);
  }
  try {
    sessionStorage.setItem(KEY, JSON.stringify([location.href, entries]));
  } catch (error) {
    // A frame that may store nothing.
    console.warn("tempestweb: what was typed can't be kept:", error);
  }
}

/** Fill in again, once, what was kept of this page. @param {Element} target */
export function restoreTyped(target) {
  /** @type {[string | null, Entry[]]} */
  const [href, entries] = JSON.parse(taken() ?? "[null, []]");
  if (href !== location.href) return;
  const all = controls(target);
  for (const [index, what, value] of entries) {
    const control = all[index];
    // What is typed by now counts, and another build may show another form.
    if (control && kind(control) === what && !isChanged(control)) fill(control, value);
  }
}

/** @returns {string | null} */
function taken() {
  try {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return kept;
  } catch {
    return null; // it could not be kept either, and that was said
  }
}

/** @param {Element} target @returns {HTMLInputElement[]} */
function controls(target) {
  const all = /** @type {NodeListOf<HTMLInputElement>} */ (target.querySelectorAll(CONTROLS));
  return [...all].filter(({ type }) => !LEFT.has(type));
}

/** @param {HTMLInputElement} control @returns {string} */
function kind({ localName, type, name, ariaLabel }) {
  return [localName, type, name, ariaLabel].join(" ");
}

/** @param {HTMLInputElement} control @returns {Entry[2]} */
function said(control) {
  if (control instanceof HTMLSelectElement) return [...control.options].map((o) => o.selected);
  return isTicked(control) ? control.checked : control.value;
}

/**
 * @param {HTMLInputElement} control
 * @param {Entry[2]} value
 */
function fill(control, value) {
  if (control instanceof HTMLSelectElement && Array.isArray(value)) {
    for (const [index, option] of [...control.options].entries()) {
      option.selected = value[index] ?? false;
    }
  } else if (typeof value === "boolean") control.checked = value;
  else if (typeof value === "string") control.value = value;
}

/** @param {HTMLInputElement} control @returns {boolean} */
function isTicked({ type }) {
  return type === "checkbox" || type === "radio";
}
