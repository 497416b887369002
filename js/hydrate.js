/**
 * Adopting HTML that shows a first frame already: the client takes over the very elements, hears
 * what is done to them from then on, and Python's own first frame changes only what differs.
 *
 * Next to the HTML stands the frame that it was made from. So nothing has to be guessed from the
 * elements (keys, ids and what is heard are not in them), what an extension or a translation did
 * to them is left alone, and the usual fitting-in of a root Replace does the rest. Where Python
 * is, or whether the HTML came from a build or a server, makes no difference here.
 *
 * @typedef {import("./types.js").PatchesFrame} PatchesFrame
 * @typedef {import("./types.js").Transport} Transport
 * @typedef {import("./types.js").WireNode} WireNode
 * @typedef {{
 *   dev?: boolean, home?: string, compare?: (shown: WireNode, text: string) => void,
 * }} Options The first two as the client takes them; `compare` gets what the page shows and
 *   Python's first frame.
 */

import { Client } from "./client.js";
import { fits, match } from "./match.js";
import { Relay } from "./relay.js";
import { replay } from "./replay.js";
import { seen } from "./seen.js";

/** What counts as an act of the visitor's: `input` always comes with a `change` or a later one. */
const ACTS = ["click", "change", "submit"];
const BUTTONS = ".tw-Button, .tw-IconButton";
const CHANGED = "The page has changed since you pressed that, so it was not done.";

export class Hydration {
  /** How often something was done that Python has not been told of yet. */
  waiting = 0;
  #stopping = new AbortController();
  /** Was something done to a widget that is another one by now? */
  #isVoid = false;
  /** The client's, which has nobody to send to before Python is there. */
  #relay = new Relay();
  #client;
  #target;
  #wire;
  #compare;

  /**
   * Adopt what *target* shows; null if it shows no frame.
   * @param {HTMLElement} target
   * @param {Options} [options]
   * @returns {Hydration | null}
   */
  static of(target, options) {
    const script = target.querySelector(":scope > script[data-tempest-frame]");
    if (!script) return null;
    const frame = /** @type {PatchesFrame} */ (JSON.parse(script.textContent ?? ""));
    script.remove();
    const wire = /** @type {{node: WireNode}} */ (frame.data[0]).node;
    const el = [...target.children].find((child) => fits(wire, child));
    if (el) return new Hydration(target, frame, el, options);
    console.warn("tempestweb: the page's HTML is not what was built; it is made anew");
    // What was done to it is void, and nothing more is to be held back.
    dispatchEvent(new CustomEvent("tempest-live", { detail: [] }));
    return null;
  }

  /**
   * @param {HTMLElement} target
   * @param {PatchesFrame} frame
   * @param {Element} el of its root
   * @param {Options} [options]
   */
  constructor(target, frame, el, { compare, ...options } = {}) {
    this.#target = target;
    this.#wire = /** @type {{node: WireNode}} */ (frame.data[0]).node;
    this.#compare = compare;
    const { found, strays } = match(this.#wire, el);
    for (const stray of strays) stray.remove();
    this.#client = new Client(target, { ...options, transport: this.#relay });
    this.#client.adopt(frame, found, (node) => this.#seen(node));
    const how = { capture: true, signal: this.#stopping.signal };
    for (const type of ACTS) target.addEventListener(type, (event) => this.#note(event), how);
    replay(el, new Set(found.values()));
  }

  /**
   * Python is there, and its frames come by *transport*: the first is fitted in, then what was
   * done is sent, in order.
   * @param {Transport} transport
   * @returns {Client}
   */
  connect(transport) {
    this.#client.start();
    const take = this.#relay.onmessage;
    this.#relay.onmessage = (text) => {
      this.#relay.onmessage = take;
      this.#compare?.(this.#wire, text);
      take?.(text);
    };
    this.#relay.connect(transport, () => this.#settle());
    return this.#client;
  }

  /**
   * Python could not start. What was typed can still be read; nothing more is taken.
   * @returns {Element} where that is said, above all else
   */
  fail() {
    this.#settle();
    for (const child of this.#target.children) child.toggleAttribute("inert", true);
    const layer = this.#target.ownerDocument.createElement("div");
    layer.className = "tw-layer";
    this.#target.append(layer);
    return layer;
  }

  /** @param {import("./mounted.js").Mounted} node */
  #seen(node) {
    const isStill = seen(node);
    return () => {
      const isSame = isStill();
      this.#isVoid ||= !isSame;
      return isSame;
    };
  }

  /** Show that a button was pressed, though nothing comes of it yet. @param {Event} event */
  #note({ type, target }) {
    this.waiting++;
    if (type !== "click") return;
    /** @type {Element} */ (target).closest(BUTTONS)?.setAttribute("data-pressed", "");
  }

  #settle() {
    this.#stopping.abort();
    if (this.#isVoid) this.#client.notify(CHANGED);
    for (const el of this.#target.querySelectorAll("[data-pressed]")) {
      el.removeAttribute("data-pressed");
    }
  }
}
