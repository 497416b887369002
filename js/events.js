/**
 * From DOM events to the wire: one listener per event type at the root finds the nearest widget
 * that hears it. What the client must decide by itself (which keys, preventing the browser's own
 * action, debouncing) stands in the node's `on` entries.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {import("./types.js").OnEntry} OnEntry
 * @typedef {(node: Mounted, type: string, payload: unknown) => void} Send
 */

import { isOff } from "./controls.js";
import { isTaken } from "./foreign.js";
import { Pace } from "./pace.js";
import { showFiles } from "./props.js";
import { carriesValue, Payloads } from "./payload.js";

/** Heard for the client's own purposes, whether or not the app listens. */
const ALWAYS = ["input", "change", "submit", "keydown", "compositionstart", "compositionend"];
/** These don't bubble: the root catches them on their way down. */
const CAPTURED = ["focus", "blur", "scroll"];
/** Texts have a commit (`change`) apart from each keystroke. */
const TEXTS = ["Input", "TextArea"];

export class Events {
  #pace = new Pace();
  /** @type {Set<string>} */
  #types = new Set();
  /** True while a frame is applied: what fires then is no act of the user's. */
  muted = false;
  payloads = new Payloads();
  #root;
  #dom;
  #send;
  #signal;

  /**
   * @param {Element} root
   * @param {import("./dom.js").Dom} dom
   * @param {Send} send
   * @param {AbortSignal} signal ends the listening
   */
  constructor(root, dom, send, signal) {
    this.#root = root;
    this.#dom = dom;
    this.#send = send;
    this.#signal = signal;
    for (const type of ALWAYS) this.hear(type);
    const view = root.ownerDocument.defaultView;
    view?.addEventListener("pagehide", () => this.flush(), { signal });
    signal.addEventListener("abort", () => this.#pace.stop());
  }

  /** Listen at the root for a type of event; once per type. @param {string} type */
  hear(type) {
    if (this.#types.has(type)) return;
    this.#types.add(type);
    const capture = CAPTURED.includes(type);
    const options = { capture, passive: type === "scroll", signal: this.#signal };
    this.#root.addEventListener(type, (event) => this.#on(event), options);
  }

  /** Send what waits for its debouncing to end. */
  flush() {
    this.#pace.flush();
  }

  /** @param {Event} event */
  #on(event) {
    const target = /** @type {Element} */ (event.target);
    const root = this.#root;
    if (this.muted || target.closest("[inert]")) return;
    // What a shadow root shows of the page is not in it.
    if (!root.contains(target) || isTaken(target, root)) return;
    switch (event.type) {
      case "keydown":
        return this.#onKey(/** @type {KeyboardEvent} */ (event), target);
      case "submit":
        // The page itself never goes anywhere by a form, heard or not.
        event.preventDefault();
        // A button in a Slot, and Enter in a field there, are no submit of the form around it.
        if (isTaken(/** @type {SubmitEvent} */ (event).submitter, root)) return;
        if (isTaken(root.ownerDocument.activeElement, root)) return;
        break;
      case "input":
      case "change":
        return this.#onControl(event, target);
      case "compositionstart":
      case "compositionend":
        return this.#onComposition(event.type === "compositionstart", target);
      case "click":
        if (isNewTab(/** @type {MouseEvent} */ (event), target)) return;
    }
    this.#pass(event, target);
  }

  /**
   * Give an event to the nearest widget that hears it.
   * @param {Event} event
   * @param {Element} target
   */
  #pass(event, target) {
    const node = this.#nearest(target, (entry) => entry.type === event.type);
    if (node) this.#fire(node, event.type, event);
  }

  /**
   * @param {Element} target
   * @param {(entry: OnEntry) => boolean} wanted
   * @returns {Mounted | undefined}
   */
  #nearest(target, wanted) {
    /** @param {Mounted} node */
    const isWanted = ({ on, props }) => on && !props.disabled && Object.values(on).some(wanted);
    return this.#around(target, isWanted);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Element} target
   */
  #onKey(event, target) {
    if (event.isComposing || event.keyCode === 229) return;
    const node = this.#nearest(
      target,
      ({ type, keys }) => type === "keydown" && (!keys || keys.includes(event.key)),
    );
    if (node) this.#fire(node, "keydown", event);
    if (event.key === "Enter" && !event.defaultPrevented && !event.repeat) {
      this.#onEnter(event, target);
    }
  }

  /**
   * Enter in an input: its own `on_submit`, else its form's. Browsers submit a form without a
   * submit button only when it has a single field.
   * @param {KeyboardEvent} event
   * @param {Element} target
   */
  #onEnter(event, target) {
    const node = this.#dom.nodeOf(target);
    if (node?.type !== "Input") return;
    const { form } = /** @type {HTMLInputElement} */ (target);
    if (node.on?.submit) {
      if (form) event.preventDefault();
      this.#commit(node, event);
      this.#fire(node, "submit", event);
    } else if (form && !form.querySelector("[type=submit]")) {
      event.preventDefault();
      this.#commit(node, event);
      form.requestSubmit();
    }
  }

  /**
   * Enter ends the typing before it submits; the browser's own `change` would come after.
   * @param {Mounted} node
   * @param {Event} event
   */
  #commit(node, event) {
    const { state } = node;
    if (!state?.dirty || !node.on?.change) return;
    state.dirty = false;
    state.entered = true;
    this.#fire(node, "change", event);
  }

  /**
   * @param {Event} event
   * @param {Element} target
   */
  #onControl(event, target) {
    const node = this.#around(target);
    if (!node?.state) return;
    node.state.edited = true;
    if (node.type === "FilePicker" && event.type === "change") showFiles(node);
    if (TEXTS.includes(node.type)) {
      const { state } = node;
      const again = event.type === "change" && state.entered && !state.dirty;
      state.dirty = event.type === "input";
      state.entered = false;
      if (again) return;
    }
    if (node.on?.[event.type] && !isOff(node)) this.#fire(node, event.type, event);
  }

  /**
   * @param {boolean} composing
   * @param {Element} target
   */
  #onComposition(composing, target) {
    const node = this.#around(target);
    if (!node?.state) return;
    node.state.composing = composing;
    this.#dom.settle(node);
  }

  /**
   * The nearest widget with an id that *target* is in.
   * @param {Element} target
   * @param {(node: Mounted) => unknown} [test] those that fail it are passed over
   * @returns {Mounted | undefined}
   */
  #around(target, test = () => true) {
    for (let el = target; el && el !== this.#root; el = /** @type {Element} */ (el.parentNode)) {
      const node = this.#dom.nodeOf(el);
      if (node && test(node)) return node;
    }
    return undefined;
  }

  /**
   * @param {Mounted} node
   * @param {string} type the wire's event type
   * @param {Event} event
   */
  #fire(node, type, event) {
    const entry = node.on?.[type];
    if (!entry) return;
    if (entry.prevent) event.preventDefault();
    const payload = this.payloads.read(node, type, event);
    const send = () => this.#send(node, type, payload);
    const wait = entry.debounce ?? entry.throttle;
    if (!wait) {
      this.#pace.flush();
      return send();
    }
    if (node.state && carriesValue(payload)) node.state.pending = Infinity;
    const how = entry.debounce ? "debounce" : "throttle";
    this.#pace[how](`${node.id} ${type}`, wait, send);
  }
}

/**
 * A click that the user wants in another tab or window is the browser's affair.
 * @param {MouseEvent} event
 * @param {Element} target
 * @returns {boolean}
 */
function isNewTab(event, target) {
  return (event.ctrlKey || event.metaKey || event.shiftKey) && target.closest("a[href]") !== null;
}
