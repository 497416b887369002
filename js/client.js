/**
 * One app on a page: frames in, events out. It never learns where Python runs.
 *
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./types.js").PatchesFrame} PatchesFrame
 * @typedef {import("./types.js").Transport} Transport
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {(node: Mounted) => () => boolean} Seen Is the node still what it was at the call?
 * @typedef {{event: Parameters<import("./events.js").Send>, isSame: () => boolean}} Early
 */

import { takeShown } from "./controls.js";
import { Dom } from "./dom.js";
import { Events } from "./events.js";
import { Overlay } from "./overlay.js";
import { carriesValue } from "./payload.js";
import { StyleSheet } from "./style.js";
import { rootIn } from "./template.js";
import { decode, encodeEvent, FrameError } from "./wire.js";

/** So many answers to a resync may fail before the failure screen comes. */
const RESYNCS = 2;

export { readControl, writeControl } from "./controls.js";
export { failureScreen, Overlay } from "./overlay.js";
export { carriesValue } from "./payload.js";
export { WIDGETS } from "./tables.js";

export class Client {
  /** @type {string[]} frames that came while another was applied */
  #queue = [];
  #busy = false;
  #started = false;
  #stopping = new AbortController();
  /** Number of the last event sent, and of the last that Python acknowledged. */
  #sent = 0;
  #acked = 0;
  /** Number of the last frame applied. */
  #applied = 0;
  /** Frames in a row that couldn't be applied; while there are any, only a whole tree will do. */
  #failures = 0;
  /** @type {Set<Mounted>} controls with an unacknowledged event */
  #waiting = new Set();
  /** @type {Early[] | undefined} what came before Python */
  #early;
  /** @type {Seen} */
  #seen = () => () => true;
  #root;
  #madeRoot;
  #addedClass;
  #transport;
  #styles;
  #dom;
  #events;
  #overlay;

  /**
   * @param {Element} target holds the app; with `shadow`, that root of its
   * @param {object} options
   * @param {Transport} options.transport
   * @param {boolean} [options.dev] show errors with their traceback
   * @param {ShadowRoot | null} [options.shadow]
   * @param {string} [options.home] address of the app's files, with a slash at its end
   */
  constructor(target, { transport, dev = false, shadow = null, home }) {
    this.#transport = transport;
    this.#root = rootIn(target, shadow);
    this.#madeRoot = shadow !== null;
    this.#addedClass = !this.#root.classList.contains("tw-root");
    this.#root.classList.add("tw-root");
    const { signal } = this.#stopping;
    this.#styles = new StyleSheet(shadow ?? target.ownerDocument);
    this.#dom = new Dom(this.#root, (type) => this.#events.hear(type), signal, home);
    /** @type {import("./events.js").Send} */
    const send = (node, type, payload) => this.#send(node, type, payload);
    this.#events = new Events(this.#root, this.#dom, send, signal);
    this.#overlay = new Overlay(this.#root, dev);
  }

  /**
   * Begin with *frame*, a first one that the page's HTML shows already. What is done to it waits
   * for Python's own first frame.
   * @param {PatchesFrame} frame
   * @param {Map<import("./types.js").WireNode, Element>} found the elements of its nodes
   * @param {Seen} seen what was done to a node that is not the same then is left out, but for
   *   what the user put into it
   */
  adopt({ data, styles = {}, seq = 0 }, found, seen) {
    this.#early = [];
    this.#seen = seen;
    this.#applied = seq;
    this.#styles.add(/** @type {Record<string, any>} */ (styles));
    this.#dom.adopt(/** @type {any} */ (data[0]).node, found);
  }

  /**
   * The next frame is the first of a new row, with all of the tree, and events go on after number
   * *ack*. What is done until then, and *again*, is sent when the tree is there.
   * @param {number} ack
   * @param {import("./types.js").EventData[]} again events as they were sent
   */
  renew(ack, again) {
    for (const node of this.#waiting) this.#release(node);
    this.#sent = this.#acked = ack;
    this.#applied = this.#failures = 0;
    const since = this.#early ?? [];
    this.#early = [];
    for (const { id = 0, type, payload } of again) {
      const node = this.#dom.byId(id);
      if (node) this.#send(node, type, payload);
    }
    for (const { event } of since) this.#send(...event);
  }

  /** The tree on the page, to be read; null before the first frame. */
  get tree() {
    return this.#dom.tree;
  }

  /** Begin to listen to the transport. */
  start() {
    if (this.#started || this.#stopping.signal.aborted) return;
    this.#started = true;
    this.#transport.onmessage = (text) => this.#receive(text);
  }

  /** Send what waits for its debouncing to end. */
  flush() {
    this.#events.flush();
  }

  /** Send what waits, close the transport, and leave the page as it was. Harmless twice. */
  stop() {
    if (this.#stopping.signal.aborted) return;
    this.flush();
    this.#stopping.abort();
    this.#transport.onmessage = null;
    this.#transport.close();
    this.#dom.remove();
    this.#overlay.remove();
    this.#styles.remove();
    this.#events.payloads.clear();
    if (this.#madeRoot) this.#root.remove();
    else if (this.#addedClass) this.#root.classList.remove("tw-root");
  }

  /**
   * Tell the user something above the app.
   * @param {string} text
   */
  notify(text) {
    this.#overlay.notify(text);
  }

  /**
   * A file that the user picked, by the reference in its event; undefined for none.
   * @param {number} ref
   * @returns {File | undefined}
   */
  file(ref) {
    return this.#events.payloads.file(ref);
  }

  /**
   * The caller is Python: a frame that fails is dealt with here, not thrown back.
   * @param {string} text
   */
  #receive(text) {
    this.#queue.push(text);
    // Removing an element can fire events, and those can bring the next frame at once.
    if (this.#busy) return;
    this.#busy = this.#events.muted = true;
    try {
      while (this.#queue.length > 0) this.#take(/** @type {string} */ (this.#queue.shift()));
    } finally {
      this.#busy = this.#events.muted = false;
    }
    this.#transport.applied?.(this.#applied, this.#acked);
  }

  /** @param {string} text */
  #take(text) {
    if (this.#failures > RESYNCS) return;
    try {
      this.#handle(decode(text));
    } catch (error) {
      this.#resync(error);
    }
  }

  /** @param {Frame} frame */
  #handle(frame) {
    switch (frame.kind) {
      case "patches":
        this.#acknowledged(frame.ack);
        return this.#patch(frame);
      case "error":
        this.#acknowledged(frame.ack);
        // Told once, though it may come once more; and it hides no gap before it.
        if (Number(frame.seq) <= this.#applied) return undefined;
        this.#applied += Number(frame.seq === this.#applied + 1);
        if (this.#dom.tree) return this.#overlay.error(frame);
        return this.#overlay.fail(frame);
      case "ping":
        return this.#transport.send(JSON.stringify({ kind: "ack", seq: this.#applied }));
      default:
        console.warn("tempestweb: ignored", frame);
    }
  }

  /** @param {PatchesFrame} frame */
  #patch({ data, styles, seq }) {
    const isWhole = isRootReplace(data[0]);
    if (this.#failures > 0 && !isWhole) return;
    if (seq !== undefined && this.#applied > 0) {
      if (seq <= this.#applied) return;
      if (seq > this.#applied + 1 && !isWhole) {
        throw new FrameError(`frame ${seq} came after ${this.#applied}`);
      }
    }
    if (styles) this.#styles.add(/** @type {Record<string, any>} */ (styles));
    this.#dom.apply(data);
    this.#overlay.recovered();
    this.#applied = seq ?? this.#applied;
    this.#failures = 0;
    // Now, as the first of them can change what the next is done to.
    const early = this.#early?.filter(({ event, isSame }) => carriesValue(event[2]) || isSame());
    this.#early = undefined;
    // Python may be in the middle of its first frame.
    if (early) queueMicrotask(() => early.forEach(({ event }) => this.#send(...event)));
  }

  /**
   * Events up to *ack* are answered: their controls take what Python says again. What it said
   * before it knew of them is void; if it still means it, this frame says so.
   * @param {number | undefined} ack
   */
  #acknowledged(ack) {
    if (ack === undefined || ack <= this.#acked) return;
    this.#acked = ack;
    for (const node of this.#waiting) {
      if (node.state && node.state.pending <= ack) this.#release(node);
    }
  }

  /** @param {Mounted} node */
  #release(node) {
    this.#waiting.delete(node);
    const { state } = node;
    if (!state) return;
    state.pending = 0;
    if (state.held) takeShown(node);
    state.held = false;
  }

  /**
   * The tree can't be trusted any more: ask for all of it, or give up.
   * @param {unknown} error
   */
  #resync(error) {
    console.error("tempestweb: a frame can't be applied", error);
    if (++this.#failures > RESYNCS) {
      this.#overlay.fail({ code: "frame_not_applied", message: String(error) });
      return;
    }
    this.#post("resync", {});
  }

  /**
   * @param {Mounted} node
   * @param {string} type
   * @param {unknown} payload
   */
  #send(node, type, payload) {
    const { id, state } = node;
    // An event that waited may find its node gone.
    if (id === undefined || this.#dom.byId(id) !== node) return;
    if (state && carriesValue(payload)) {
      state.pending = this.#early ? Infinity : this.#sent + 1;
      this.#waiting.add(node);
      takeShown(node);
    }
    if (this.#early) {
      this.#early.push({ event: [node, type, payload], isSame: this.#seen(node) });
      return;
    }
    this.#post(type, { id, payload });
  }

  /**
   * @param {string} type
   * @param {{id?: number, payload?: unknown}} parts
   */
  #post(type, parts) {
    const seq = ++this.#sent;
    this.#transport.send(encodeEvent(type, { ...parts, seq, ack: this.#applied }));
  }
}

/** @param {Record<string, unknown>} [patch] */
function isRootReplace(patch) {
  // One with an index puts a node into the root.
  const isReplace = patch?.node !== undefined && patch.index === undefined;
  return isReplace && Array.isArray(patch.path) && patch.path.length === 0;
}
