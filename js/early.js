/**
 * What the visitor does before the client is there is noted, in order, and handed over once
 * (hydrate.js). A file of its own and a small one: it is to run before the first paint.
 *
 * @typedef {import("./types.js").Past} Past
 */

/** Where prerendered HTML is. */
const APP = "[data-tempest-boot]";
const TYPES = ["click", "input", "change", "keydown", "submit", "compositionstart", "compositionend"];

/** @type {Past[]} */
const past = [];
const stopping = new AbortController();
const { signal } = stopping;

// It runs when it arrives. If that is after the client, which took the frame with it, nobody would
// ask for what is held back here, ever.
if (document.readyState === "loading" || document.querySelector("[data-tempest-frame]")) {
  for (const type of TYPES) addEventListener(type, note, { capture: true, signal });
  addEventListener("tempest-live", handOver, { once: true });
}

/** @param {Event} event */
function note(event) {
  const { target } = event;
  if (!(target instanceof Element) || !target.closest(APP)) return;
  const held = isHeld(event, target);
  if (held) event.preventDefault();
  past.push({ event, held });
}

/**
 * The page goes nowhere by a form, nor by a link that only its app follows. Enter in an input
 * submits by rules that the client knows.
 * @param {Event} event
 * @param {Element} target
 * @returns {boolean}
 */
function isHeld(event, target) {
  switch (event.type) {
    case "submit":
      return true;
    case "keydown": {
      const { key, isComposing } = /** @type {KeyboardEvent} */ (event);
      return key === "Enter" && !isComposing && target.matches("input.tw-Input");
    }
    case "click": {
      const { ctrlKey, metaKey, shiftKey } = /** @type {MouseEvent} */ (event);
      return !ctrlKey && !metaKey && !shiftKey && target.closest("[data-prevent]") !== null;
    }
    default:
      return false;
  }
}

/** @param {Event} event its detail is a list to be filled */
function handOver(event) {
  stopping.abort();
  /** @type {CustomEvent<Past[]>} */ (event).detail.push(...past);
}

export {};
