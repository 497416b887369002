/**
 * The props that every widget takes: semantics, disabled, tooltip, attrs.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {import("./types.js").Props} Props
 * @typedef {import("./types.js").Semantics} Semantics
 * @typedef {import("./mounted.js").Host} Host
 */

import { disableRadios } from "./options.js";
import { setAttribute } from "./attributes.js";
import { WIRE } from "./tables.js";

/**
 * Apply a common prop.
 * @param {Mounted} node
 * @param {string} name
 * @param {Props} before the node's props before this change
 * @param {Host} host
 * @returns {boolean} false if there is no such prop
 */
export function writeCommon(node, name, before, host) {
  const value = /** @type {any} */ (node.props[name]);
  switch (name) {
    case "semantics":
      writeSemantics(node, value ?? {}, /** @type {Semantics} */ (before.semantics ?? {}));
      host.nameChanged(node);
      return true;
    case "disabled":
      writeDisabled(node, value === true);
      return true;
    case "tooltip":
      setAttribute(node.el, "title", value);
      return true;
    case "attrs":
      writeAttrs(node.el, value ?? {}, /** @type {Props} */ (before.attrs ?? {}));
      return true;
    default:
      return false;
  }
}

/**
 * @param {Mounted} node
 * @param {Semantics} now
 * @param {Semantics} before
 */
function writeSemantics(node, now, before) {
  const { el, control } = node;
  const given = node.spec.defaultAttribute(node.spec.control, "aria-label");
  if (now.label || before.label) setAttribute(control, "aria-label", now.label ?? given);
  if (now.hint || before.hint) setAttribute(control, "aria-description", now.hint);
  // A name on an element without a role is not announced.
  const own = node.spec.defaultAttribute("root", "role");
  const plain = now.label && control === el && /^(div|span)$/.test(el.localName) && !own;
  setAttribute(el, "role", now.role ?? (plain ? (node.slot ? "group" : "img") : own));
  if (el.localName === "svg") setAttribute(el, "aria-hidden", now.label ? null : "true");
}

/**
 * @param {Mounted} node
 * @param {boolean} off
 */
function writeDisabled(node, off) {
  const { el, control } = node;
  if (node.type === "RadioGroup") {
    disableRadios(node);
  } else if (node.spec.canDisable) {
    /** @type {HTMLInputElement} */ (control).disabled = off;
    if (el === control) return;
  } else if (node.type === "Link") {
    // Without an address it is no link to the browser; the role still says what it was.
    if (off) el.removeAttribute("href");
    setAttribute(el, "role", off && "link");
  } else {
    el.toggleAttribute("inert", off);
  }
  setAttribute(el, "aria-disabled", off && "true");
}

/**
 * @param {Element} el
 * @param {Props} now
 * @param {Props} before
 */
function writeAttrs(el, now, before) {
  for (const name in before) if (!(name in now) && isAllowed(name)) el.removeAttribute(name);
  for (const name in now) {
    if (isAllowed(name)) setAttribute(el, name, now[name]);
    else console.error(`tempestweb: refused the attribute ${JSON.stringify(name)}`);
  }
}

/**
 * @param {string} name
 * @returns {boolean}
 */
function isAllowed(name) {
  if (WIRE.attrs.includes(name)) return true;
  return WIRE.attr_prefixes.some((prefix) => name.startsWith(prefix)) && /^[a-z0-9-]+$/.test(name);
}
