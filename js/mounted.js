/**
 * A mounted node: what the client knows of one widget on the page.
 *
 * @typedef {import("./types.js").WireNode} WireNode
 * @typedef {import("./types.js").Heard} Heard
 * @typedef {import("./types.js").ControlState} ControlState
 * @typedef {{
 *   newId(): string, nameChanged(node: Mounted): void, home?: string,
 * }} Host What a prop may need of the tree around it: an id that is unique on the page, that names
 *   and descriptions are looked at again once the frame is applied, where the app's files are.
 */

import { FrameError } from "./wire.js";

export class Mounted {
  /**
   * @param {import("./template.js").Spec} spec
   * @param {WireNode} wire
   * @param {Mounted | null} parent
   * @param {Element} [el] its element, where there is one already
   */
  constructor(spec, wire, parent, el) {
    this.spec = spec;
    this.type = wire.type;
    this.key = wire.key;
    this.id = wire.id;
    this.style = wire.style;
    this.props = wire.props ?? {};
    this.parent = parent;
    /** @type {Heard | null} */
    this.on = null;
    /** @type {Mounted[]} */
    this.children = [];
    this.parts = spec.clone(this.props, el);
    this.el = this.parts.root;
    /** Where its children are; null for a widget that takes none. @type {Element | null} */
    this.slot = spec.slot ? this.parts[spec.slot] : null;
    /** @type {ControlState | null} */
    this.state = spec.isControl ? freshState() : null;
    /** For a FormField: the control that it names. @type {Mounted | undefined} */
    this.wired = undefined;
  }

  /** The element that is focused, disabled and named. */
  get control() {
    return this.parts[this.spec.control];
  }

  /** Must a patch leave the user's value alone? */
  get isProtected() {
    return this.state !== null && (this.state.pending > 0 || this.state.composing);
  }
}

/** @returns {ControlState} */
function freshState() {
  return { pending: 0, held: false, composing: false, dirty: false, entered: false, edited: false };
}

/**
 * The first node for which *test* is true, in document order, *from* itself left out.
 * @param {Mounted} from
 * @param {(node: Mounted) => boolean} test
 * @returns {Mounted | undefined}
 */
export function findInside(from, test) {
  for (const child of from.children) {
    const found = test(child) ? child : findInside(child, test);
    if (found) return found;
  }
  return undefined;
}

/**
 * What two nodes must share to be the same widget: key and type.
 * @param {{type: string, key?: string}} node
 * @returns {string}
 */
export function identity(node) {
  return node.key === undefined ? node.type : `${node.type} ${node.key}`;
}

/**
 * Give a node's element the classes of its type and style.
 * @param {Mounted} node
 */
export function writeClass(node) {
  const { className } = node.spec;
  node.el.setAttribute("class", node.style ? `${className} ${node.style}` : className);
}

/**
 * The element that holds a node's children. Throws FrameError for a widget that takes none.
 * @param {Mounted} node
 * @returns {Element}
 */
export function slotOf(node) {
  if (!node.slot) throw new FrameError(`a ${node.type} has no children`);
  return node.slot;
}
