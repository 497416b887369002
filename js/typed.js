/**
 * What was typed into a page whose app could not start, over a reload: not every browser fills in
 * again what was there.
 */

import { CONTROLS, isChanged } from "./replay.js";

const KEY = "tempestweb typed";
/** What nobody writes down, what no script may fill in, and nothing to fill in. */
const LEFT = /^(password|file|hidden|select-multiple)$/;

/** Keep what is in the controls of *target* for this tab's next page. @param {Element} target */
export function keepTyped(target) {
  const kept = controls(target).map((el) => [el.type, isChanged(el), el.value, el.checked]);
  try {
    sessionStorage.setItem(KEY, JSON.stringify([location.href, ...kept]));
  } catch (error) {
    // A frame that may store nothing.
    console.warn("tempestweb: what was typed can't be kept:", error);
  }
}

/** Fill in again, once, what was kept of this page. @param {Element} target */
export function restoreTyped(target) {
  const [href, ...kept] = JSON.parse(taken() ?? "[]");
  if (href !== location.href) return;
  for (const [index, el] of controls(target).entries()) {
    const [type, changed, value, checked] = kept[index] ?? [];
    // What is typed by now counts, and another build may show another form.
    if (changed && type === el.type && !isChanged(el)) Object.assign(el, { value, checked });
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
  return [...all].filter(({ type }) => !LEFT.test(type));
}
