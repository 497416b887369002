/**
 * Names and descriptions for assistive technology that cross elements: FormField and its control,
 * the caption of a RadioGroup, the words of a FilePicker.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 */

import { setAttribute } from "./attributes.js";
import { findInside } from "./mounted.js";

/** Their roles know no aria-required. */
const UNREQUIRED = ["Slider", "FilePicker"];
/** What a FormField writes to its control. */
const WIRED = ["aria-describedby", "aria-invalid", "aria-required", "name"];

/**
 * Look again at what names *node*: a FormField with its control, or a control by itself.
 * @param {Mounted} node
 * @param {() => string} newId
 */
export function rename(node, newId) {
  const field = enclosingField(node);
  if (field) wireField(field, newId);
  if (node !== field && node !== field?.wired) nameControl(node, undefined, newId);
}

/**
 * @param {Mounted | null} node
 * @returns {Mounted | undefined} the FormField that *node* is in, or is
 */
export function enclosingField(node) {
  for (let at = node; at; at = at.parent) if (at.type === "FormField") return at;
  return undefined;
}

/**
 * @param {Mounted} field
 * @param {() => string} newId
 */
function wireField(field, newId) {
  const { label, hint, error } = field.parts;
  const node = findInside(field, (inner) => inner.spec.isControl);
  if (field.wired && field.wired !== node) {
    for (const name of WIRED) field.wired.control.removeAttribute(name);
    require(field.wired, field.wired.props.required);
  }
  field.wired = node;
  if (!node) return;
  const { control } = node;
  const isGroup = node.type === "RadioGroup";
  const notes = [hint, error].filter((part) => part.textContent);
  for (const part of [control, ...notes]) part.id ||= newId();
  setAttribute(label, "for", isGroup ? null : control.id);
  setAttribute(control, "aria-describedby", notes.map((part) => part.id).join(" ") || null);
  setAttribute(control, "aria-invalid", Boolean(field.props.error));
  const required = field.props.required ?? node.props.required;
  setAttribute(control, "aria-required", Boolean(required) && !UNREQUIRED.includes(node.type));
  require(node, required);
  setAttribute(control, "name", isGroup ? null : field.props.name);
  nameControl(node, label, newId);
}

/**
 * What the browser checks before it submits a form; a group of radios has no such property.
 * @param {Mounted} node
 * @param {unknown} required
 */
function require(node, required) {
  if ("required" in node.control) node.control.required = Boolean(required);
}

/**
 * A group of radios, or an input under words of its own, is named by reference; a name in
 * `semantics` comes first, and an aria-labelledby would hide it.
 * @param {Mounted} node
 * @param {Element | undefined} label of the field around it
 * @param {() => string} newId
 */
function nameControl(node, label, newId) {
  if (node.type !== "RadioGroup" && node.type !== "FilePicker") return;
  const own = node.parts.label;
  const names = [label, own].filter((part) => part?.textContent);
  const hidden = /** @type {{label?: string} | undefined} */ (node.props.semantics)?.label;
  for (const part of names) if (part) part.id ||= newId();
  const ids = names.map((part) => part?.id).join(" ");
  setAttribute(node.control, "aria-labelledby", hidden ? null : ids || null);
}
