/**
 * The tree on the page. With place.js this is the only file that puts widgets' elements into the
 * document, moves or removes them; it counts in its own list of nodes, never in the DOM, where
 * browser extensions and page translation may have put something between.
 *
 * @typedef {import("./types.js").WireNode} WireNode
 * @typedef {import("./types.js").UpdatePatch} UpdatePatch
 */

import { staying } from "./lis.js";
import { writeControl } from "./controls.js";
import { FocusKeeper } from "./focus.js";
import { Foreign } from "./foreign.js";
import { readHeard } from "./heard.js";
import { identity, Mounted, slotOf, writeClass } from "./mounted.js";
import { enclosingField, rename } from "./naming.js";
import { fill, place, removeRun } from "./place.js";
import { changeProps, differing, writeProps } from "./props.js";
import { keepReader } from "./reader.js";
import { Specs } from "./template.js";
import { FrameError, readPatch } from "./wire.js";

export class Dom {
  /** @type {Mounted | null} */
  #tree = null;
  /** @type {Map<number, Mounted>} */
  #byId = new Map();
  /** @type {WeakMap<Element, Mounted>} only nodes with an id: only they hear anything */
  #byElement = new WeakMap();
  /** @type {Set<Mounted>} nodes whose name or description has to be looked at */
  #renamed = new Set();
  /** @type {HTMLElement | null} what asked for the focus when it was made */
  #wantsFocus = null;
  /** @type {Map<WireNode, Element> | undefined} what HTML brought, while it is adopted */
  #found;
  #ids = 0;
  #prefix = `tw${Math.random().toString(36).slice(2, 8)}-`;
  #root;
  #specs;
  #focus;
  #foreign;
  #hear;

  /**
   * @param {Element} root the element that holds the app
   * @param {(type: string) => void} hear told each event type that some node hears
   * @param {AbortSignal} signal ends what listens here
   * @param {string} [home] address of the app's files, with a slash at its end
   */
  constructor(root, hear, signal, home) {
    this.home = home;
    this.#root = root;
    this.#hear = hear;
    this.#specs = new Specs(root.ownerDocument);
    this.#focus = new FocusKeeper(root, signal);
    this.#foreign = new Foreign(root);
  }

  /** The root node; null before the first frame. */
  get tree() {
    return this.#tree;
  }

  /** @param {number} id @returns {Mounted | undefined} */
  byId(id) {
    return this.#byId.get(id);
  }

  /** The node that *el* belongs to as its own element. @param {Element} el */
  nodeOf = (el) => this.#byElement.get(el);

  newId = () => this.#prefix + ++this.#ids;

  /** @param {Mounted} node */
  nameChanged = (node) => void this.#renamed.add(node);

  /**
   * Apply a frame's patches in order. Throws at the first that can't be applied; what was applied
   * until then stays, and only a root Replace may follow.
   * @param {readonly unknown[]} patches
   */
  apply(patches) {
    const first = this.#tree === null;
    const keep = keepReader(this.#root);
    for (const patch of patches) this.#apply(readPatch(patch));
    for (const node of this.#renamed) rename(node, this.newId);
    this.#renamed.clear();
    this.#foreign.settle();
    keep();
    // In somebody else's page an app that has just come must not move what is being read.
    const isGuest = first && this.#root.getRootNode() !== this.#root.ownerDocument;
    if (!isGuest) this.#wantsFocus?.focus();
    this.#wantsFocus = null;
  }

  /**
   * Begin with elements that HTML brought: *found* has those of *wire* and of what is in it, as
   * the props want them; what is lacking is built.
   * @param {WireNode} wire
   * @param {Map<WireNode, Element>} found
   */
  adopt(wire, found) {
    this.#found = found;
    this.#tree = this.#build(wire, null);
    this.#found = undefined;
    this.apply([]);
  }

  /**
   * Show what Python set while the user's input had precedence.
   * @param {Mounted} node
   */
  settle(node) {
    if (!node.state?.held || node.isProtected) return;
    node.state.held = false;
    writeControl(node);
  }

  /** Take the app off the page. */
  remove() {
    if (this.#tree) this.#forget(this.#tree);
    this.#foreign.settle();
    this.#tree?.el.remove();
    this.#tree = null;
    this.#byId.clear();
  }

  /** @param {ReturnType<typeof readPatch>} patch */
  #apply(patch) {
    switch (patch.kind) {
      case "replace":
        return this.#replace(patch.path, patch.node);
      case "update":
        return this.#update(this.#find(patch.path), patch);
      case "insert":
        return this.#insert(this.#find(patch.path), patch.index, patch.nodes);
      case "remove":
        return this.#remove(this.#find(patch.path), patch.index, patch.count);
      case "reorder":
        return this.#reorder(this.#find(patch.path), patch.start, patch.order);
    }
  }

  /** @param {readonly number[]} path @returns {Mounted} */
  #find(path) {
    let node = this.#tree;
    for (const index of path) node = node?.children[index] ?? null;
    if (!node) throw new FrameError(`nothing is at path [${path}]`);
    return node;
  }

  /**
   * @param {readonly number[]} path
   * @param {WireNode} wire
   */
  #replace(path, wire) {
    const old = path.length > 0 || this.#tree ? this.#find(path) : null;
    if (path.length === 0 && old && identity(old) === identity(wire)) {
      this.#byId.clear();
      return this.#focus.during(() => this.#morph(old, wire));
    }
    const node = this.#build(wire, old?.parent ?? null);
    if (old) {
      this.#forget(old);
      old.el.replaceWith(node.el);
    } else {
      // What stood here until now was a placeholder; the overlay's layer is none.
      for (const child of [...this.#root.childNodes]) {
        if (!(/** @type {Element} */ (child).classList?.contains("tw-layer"))) child.remove();
      }
      this.#root.prepend(node.el);
    }
    if (node.parent) {
      node.parent.children[path[path.length - 1]] = node;
      this.#touch(node.parent);
    } else {
      this.#tree = node;
    }
  }

  /**
   * @param {Mounted} node
   * @param {UpdatePatch} patch
   */
  #update(node, { set_props = {}, unset_props = [], style, on, id }) {
    if (id !== undefined) this.#identify(node, id);
    if (on !== undefined) this.#listen(node, on);
    if (style !== undefined) {
      node.style = style ?? undefined;
      writeClass(node);
    }
    changeProps(node, set_props, unset_props, this);
    const { tagProp } = node.spec;
    if (tagProp && (tagProp in set_props || unset_props.includes(tagProp))) this.#remake(node);
    if (node.type === "FormField") this.nameChanged(node);
    if ("element_id" in set_props) this.#foreign.want(node);
  }

  /**
   * Some props pick another element: give it one, with the same children.
   * @param {Mounted} node
   */
  #remake(node) {
    const old = node.el;
    node.parts = node.spec.clone(node.props);
    node.el = node.parts.root;
    node.slot = node.spec.slot ? node.parts[node.spec.slot] : null;
    writeClass(node);
    writeProps(node, this);
    for (const child of node.children) node.slot?.append(child.el);
    old.replaceWith(node.el);
    if (node.id !== undefined) this.#identify(node, node.id);
  }

  /**
   * @param {Mounted} parent
   * @param {number} index
   * @param {readonly WireNode[]} wires
   */
  #insert(parent, index, wires) {
    const slot = slotOf(parent);
    if (index > parent.children.length) throw new FrameError(`no place ${index}`);
    const made = wires.map((wire) => this.#build(wire, parent));
    const next = parent.children[index]?.el ?? null;
    if (made.length === 1) {
      slot.insertBefore(made[0].el, next);
    } else {
      const run = slot.ownerDocument.createDocumentFragment();
      for (const node of made) run.appendChild(node.el);
      slot.insertBefore(run, next);
    }
    const { children } = parent;
    parent.children = [...children.slice(0, index), ...made, ...children.slice(index)];
    this.#touch(parent);
  }

  /**
   * @param {Mounted} parent
   * @param {number} index
   * @param {number} count
   */
  #remove(parent, index, count) {
    const slot = slotOf(parent);
    const gone = parent.children.slice(index, index + count);
    if (gone.length !== count) throw new FrameError(`no ${count} children at ${index}`);
    parent.children.splice(index, count);
    for (const node of gone) this.#forget(node);
    if (count === 1) gone[0].el.remove();
    else if (count === slot.childNodes.length) slot.textContent = "";
    else if (count > 1) removeRun(gone);
    this.#touch(parent);
  }

  /**
   * @param {Mounted} parent
   * @param {number} start
   * @param {readonly number[]} order
   */
  #reorder(parent, start, order) {
    slotOf(parent);
    const end = start + order.length;
    const run = parent.children.slice(start, end);
    const sorted = order.map((old) => run[old]);
    const isOrder = run.length === order.length && new Set(sorted).size === order.length;
    if (!isOrder || sorted.includes(/** @type {any} */ (undefined))) {
      throw new FrameError(`not an order of the children from ${start}`);
    }
    const next = parent.children[end]?.el ?? null;
    sorted.forEach((node, index) => (parent.children[start + index] = node));
    this.#focus.during(() => place(slotOf(parent), sorted, staying(order), next));
    this.#touch(parent);
  }

  /**
   * A new node with everything in it, not yet on the page.
   * @param {WireNode} wire
   * @param {Mounted | null} parent
   * @returns {Mounted}
   */
  #build(wire, parent) {
    const found = this.#found?.get(wire);
    const node = new Mounted(this.#specs.get(wire.type), wire, parent, found);
    if (!found) {
      if (node.style) writeClass(node);
      writeProps(node, this);
    }
    if (wire.id !== undefined) this.#identify(node, wire.id);
    if (wire.on) this.#listen(node, wire.on);
    if (node.props.autofocus && !found) {
      this.#wantsFocus = /** @type {HTMLElement} */ (node.control);
      // Or the browser would, too, whenever it comes to it.
      node.control.removeAttribute("autofocus");
    }
    if (node.type === "FormField") this.nameChanged(node);
    if (node.type === "Slot") this.#foreign.want(node);
    if (!wire.children) return node;
    const slot = slotOf(node);
    for (const inner of wire.children) {
      const child = this.#build(inner, node);
      node.children.push(child);
      if (!found) slot.appendChild(child.el);
    }
    if (found) fill(slot, node.children);
    return node;
  }

  /**
   * Make a live node into *wire*, which has the same type and key, keeping every element that can
   * be kept: what the user typed, the caret and scroll positions live in elements.
   * @param {Mounted} node
   * @param {WireNode} wire
   */
  #morph(node, wire) {
    const { set_props, unset_props } = differing(node.props, wire.props ?? {});
    if (wire.id === undefined) node.id = undefined;
    this.#update(node, {
      path: [],
      set_props,
      unset_props,
      style: wire.style === node.style ? undefined : (wire.style ?? null),
      on: wire.on ?? null,
      id: wire.id,
    });
    if (node.slot) this.#morphChildren(node, node.slot, wire.children ?? []);
  }

  /**
   * @param {Mounted} parent
   * @param {Element} slot
   * @param {readonly WireNode[]} wires
   */
  #morphChildren(parent, slot, wires) {
    /** @type {Map<string, number[]>} */
    const waiting = new Map();
    parent.children.forEach((child, index) => {
      const same = waiting.get(identity(child));
      if (same) same.push(index);
      else waiting.set(identity(child), [index]);
    });
    const from = wires.map((wire) => waiting.get(identity(wire))?.shift() ?? -1);
    const old = parent.children;
    const kept = new Set(from);
    old.forEach((child, index) => {
      if (kept.has(index)) return;
      this.#forget(child);
      child.el.remove();
    });
    parent.children = wires.map((wire, index) => {
      const child = old[from[index]];
      if (!child) return this.#build(wire, parent);
      this.#morph(child, wire);
      return child;
    });
    const stays = staying(from);
    // Something foreign may have taken an element away: it comes back.
    parent.children.forEach((child, at) => (stays[at] &= Number(child.el.parentNode === slot)));
    place(slot, parent.children, stays, null);
    this.#touch(parent);
  }

  /**
   * @param {Mounted} node
   * @param {number} id
   */
  #identify(node, id) {
    node.id = id;
    this.#byId.set(id, node);
    this.#byElement.set(node.el, node);
  }

  /**
   * @param {Mounted} node
   * @param {WireNode["on"] | null} entries
   */
  #listen(node, entries) {
    node.on = readHeard(entries);
    for (const type in node.on) this.#hear(type);
  }

  /** Children came or went: a field around them may name another control. @param {Mounted} node */
  #touch(node) {
    const field = enclosingField(node);
    if (field) this.nameChanged(field);
  }

  /** @param {Mounted} node */
  #forget(node) {
    if (node.id !== undefined && this.#byId.get(node.id) === node) this.#byId.delete(node.id);
    if (node.type === "Slot") this.#foreign.release(node);
    for (const child of node.children) this.#forget(child);
  }
}
