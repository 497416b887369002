/**
 * Attributes from data.
 */

import { safeUrl } from "./url.js";

/**
 * True becomes an empty attribute (for ARIA the word), false and null none.
 * @param {Element} el
 * @param {string} name
 * @param {unknown} value
 */
export function setAttribute(el, name, value) {
  if (value === null || value === undefined || value === false) el.removeAttribute(name);
  else if (value === true) el.setAttribute(name, name.startsWith("aria-") ? "true" : "");
  else el.setAttribute(name, String(value));
}

/**
 * @param {Element} el
 * @param {string} name
 * @param {unknown} value
 * @param {string} [home] where the app's files are: `assets/…` stands there, not beside the page
 */
export function setUrl(el, name, value, home) {
  if (typeof value === "string" && safeUrl(value, name === "src" ? "image" : "link")) {
    el.setAttribute(name, home && value.startsWith("assets/") ? home + value : value);
    return;
  }
  el.removeAttribute(name);
  if (value) console.error(`tempestweb: refused the URL ${JSON.stringify(value)} for ${name}`);
}
