/**
 * What an event carries, by tables/events.json.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {import("./types.js").FileInfo} FileInfo
 */

import { chosenIndex, isOff, readControl } from "./controls.js";
import { payloadKind } from "./tables.js";

export class Payloads {
  /** @type {Map<number, File>} reference → file: bytes never ride in frames */
  #files = new Map();
  /** @type {WeakMap<File, number>} */
  #refs = new WeakMap();
  #count = 0;

  /** @param {number} ref @returns {File | undefined} */
  file(ref) {
    return this.#files.get(ref);
  }

  /** Let go of all files. */
  clear() {
    this.#files.clear();
  }

  /**
   * @param {Mounted} node
   * @param {string} type the wire's event type
   * @param {Event} event
   * @returns {unknown} undefined for none
   */
  read(node, type, event) {
    const value = () => readControl(node);
    switch (payloadKind(node.type, type)) {
      case "pointer":
        return modifiers(/** @type {MouseEvent} */ (event));
      case "text":
      case "number":
        return { value: value() };
      case "checked":
        return { checked: value() };
      case "option":
        return { value: value(), index: chosenIndex(node) };
      case "files":
        return { files: this.#value(node) };
      case "form":
        return { values: this.#form(node, {}) };
      case "key":
        return keyOf(/** @type {KeyboardEvent} */ (event));
      default:
        return undefined;
    }
  }

  /** @param {Mounted} node @returns {unknown} */
  #value(node) {
    const value = readControl(node);
    return Array.isArray(value) ? value.map((file) => this.#info(file)) : value;
  }

  /** @param {File} file @returns {FileInfo} */
  #info(file) {
    let ref = this.#refs.get(file);
    if (ref === undefined) {
      ref = ++this.#count;
      this.#refs.set(file, ref);
      this.#files.set(ref, file);
    }
    return { ref, name: file.name, size: file.size, type: file.type };
  }

  /**
   * The values of a form's fields by name; what is switched off takes no part, as in HTML.
   * @param {Mounted} node
   * @param {Record<string, unknown>} values
   * @returns {Record<string, unknown>}
   */
  #form(node, values) {
    if (node.type === "FormField" && node.props.name && node.wired && !isOff(node.wired)) {
      values[String(node.props.name)] = this.#value(node.wired);
    }
    for (const child of node.children) this.#form(child, values);
    return values;
  }
}

/**
 * The modifier keys that were down, if any.
 * @param {MouseEvent | KeyboardEvent} event
 * @returns {Record<string, boolean> | undefined}
 */
function modifiers(event) {
  /** @type {Record<string, boolean>} */
  const down = {};
  if (event.ctrlKey) down.ctrl = true;
  if (event.shiftKey) down.shift = true;
  if (event.altKey) down.alt = true;
  if (event.metaKey) down.meta = true;
  return Object.keys(down).length > 0 ? down : undefined;
}

/** @param {KeyboardEvent} event */
function keyOf(event) {
  const { key, code, repeat } = event;
  return { key, code, ...modifiers(event), ...(repeat && { repeat }) };
}

/**
 * After such an event Python knows what the control shows.
 * @param {unknown} payload
 * @returns {boolean}
 */
export function carriesValue(payload) {
  return payload instanceof Object && ("value" in payload || "checked" in payload);
}
