/**
 * Elements that other scripts of the page made, shown in the place of a Slot.
 *
 * Such an element is moved as it is, never copied, and nothing in it is changed. Where the app is
 * in a shadow root it does not go in there, where the page's own styles and scripts would no
 * longer reach it: it becomes a child of the host, which the browser shows in the `<slot>` of that
 * name (DOM Standard, 4.2.2 Shadow tree). Elsewhere it goes into the Slot's own element. What
 * happens in it is its own affair: the app hears none of it.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {{el: HTMLElement, mark: Comment, was: string | null}} Taken `mark` stands where it
 *   was; its attribute `slot` was `was`.
 */

import { setAttribute } from "./attributes.js";
import { move } from "./place.js";

/** What the names of `<slot>`s that are filled from the page begin with. */
const PREFIX = "tempest-";
const TAKEN = `.tw-Slot>:not(slot),[slot^=${PREFIX}]`;
/** Apps, running or still to come, and what shows nothing. */
const FIXED = ".tw-root,[data-tempest-boot],head,script,style,template";
/** Milliseconds after which an element that is still lacking is told of. */
const PATIENCE = 3000;
const NEWS = { childList: true, subtree: true, attributeFilter: ["id"] };

export class Foreign {
  /** @type {Map<Mounted, Taken | null>} the Slots there are, and what each has */
  #slots = new Map();
  /** @type {MutationObserver | undefined} */
  #watch;
  #root;

  /** @param {Element} root of the app */
  constructor(root) {
    this.#root = root;
  }

  /** A Slot came, or asks for another element. @param {Mounted} slot */
  want(slot) {
    this.release(slot);
    this.#slots.set(slot, null);
    setTimeout(() => {
      if (this.#slots.get(slot) !== null) return;
      console.warn(`tempestweb: Slot: no #${slot.props.element_id}: ${this.#find(slot)}`);
    }, PATIENCE);
  }

  /** A Slot goes: what it has goes back to where it was. @param {Mounted} slot */
  release(slot) {
    const taken = this.#slots.get(slot);
    this.#slots.delete(slot);
    if (!taken) return;
    const { el, mark, was } = taken;
    if (el.parentNode === this.#placeOf(slot)) {
      // Where its own place is gone, it would be gone, too.
      if (mark.parentNode) move(mark.parentNode, el, mark);
      else el.remove();
    }
    setAttribute(el, "slot", was);
    mark.remove();
  }

  /** Take what is there, and wait for what is not. Called when a frame or the page has changed. */
  settle() {
    this.#watch?.disconnect();
    for (const [slot, taken] of this.#slots) {
      if (taken?.el.parentNode !== this.#placeOf(slot)) this.#fill(slot, taken);
    }
    if (this.#slots.size === 0) return;
    this.#watch ??= new MutationObserver(() => this.settle());
    this.#watch.observe(this.#page, NEWS);
  }

  /** The element whose shadow root the app is in, if it is in one. @returns {Element | undefined} */
  get #host() {
    return /** @type {ShadowRoot} */ (this.#root.getRootNode()).host;
  }

  /** What the app stands in. */
  get #page() {
    return /** @type {Document} */ ((this.#host ?? this.#root).getRootNode());
  }

  /** What holds what *slot* takes. @param {Mounted} slot */
  #placeOf(slot) {
    return this.#host ?? slot.el;
  }

  /**
   * @param {Mounted} slot
   * @param {Taken | null} gone what it had until a script took that away
   */
  #fill(slot, gone) {
    const el = this.#find(slot);
    // A script took it elsewhere, and may hold on to it: neither would give in.
    if (el === gone?.el) return;
    const place = this.#placeOf(slot);
    /** @type {Taken | null} */
    let taken = null;
    if (typeof el !== "string") {
      taken = { el, mark: new Comment(), was: el.getAttribute("slot") };
      // What a script put in the place of another one goes back to that one's place.
      const before = gone && el.parentNode === place ? gone.mark : el;
      if (before.parentNode) move(before.parentNode, taken.mark, before);
      if (el.parentNode !== place) move(place, el, null);
      if (this.#host) el.slot = PREFIX + el.id;
    }
    if (gone) this.release(slot);
    this.#slots.set(slot, taken);
    // The browser shows what is in a `<slot>` only while its name gets it nothing.
    const inner = /** @type {Element} */ (slot.slot);
    setAttribute(inner, this.#host ? "name" : "hidden", taken && (taken.el.slot || true));
  }

  /**
   * @param {Mounted} slot
   * @returns {HTMLElement | string} or why there is none
   */
  #find({ el: own, props }) {
    const el = this.#page.getElementById?.(String(props.element_id));
    if (!el) return "nothing has that id";
    if (el.parentNode === own) return el;
    if (el.closest(TAKEN)) return "another Slot has it";
    return el.contains(this.#host ?? this.#root) || el.closest(FIXED) ? "it is not to be moved" : el;
  }
}

/**
 * Is *el* in what a Slot of the app holds? The app itself may be in what one of another app holds.
 * @param {Element | null | undefined} el
 * @param {Element} root of the app
 */
export function isTaken(el, root) {
  return root.contains(/** @type {any} */ (el?.closest(".tw-Slot>:not(slot)")?.parentNode));
}
