/**
 * Which URLs from data may reach `href` and `src`.
 *
 * Browsers strip leading blanks and drop tabs and newlines inside before they look at the scheme
 * (WHATWG URL, "basic URL parser"), so `java\nscript:` is a script to them: what holds any such
 * character is refused rather than repaired.
 */

import { WIRE } from "./tables.js";

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const TRICKS = /[\u0000-\u001f\u007f]|^\s|\s$/;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const IMAGE_DATA = /^data:([a-z]+\/[a-z0-9.+-]+)[;,]/i;

/**
 * Is *url* fit for a link (`kind` "link") or an image ("image")? Relative URLs always are.
 * @param {string} url
 * @param {"link" | "image"} kind
 * @returns {boolean}
 */
export function safeUrl(url, kind) {
  if (TRICKS.test(url)) return false;
  const scheme = SCHEME.exec(url)?.[1].toLowerCase();
  if (scheme === undefined) return true;
  const allowed = kind === "image" ? WIRE.image_schemes : WIRE.url_schemes;
  if (!allowed.includes(scheme)) return false;
  if (scheme !== "data") return true;
  const type = IMAGE_DATA.exec(url)?.[1].toLowerCase();
  return type !== undefined && WIRE.image_data_types.includes(type);
}
