/**
 * Keeping focus, selection and scroll positions while elements move.
 *
 * `moveBefore` keeps all three by itself. Where the browser lacks it, a moved element is taken out
 * and put in: focus and scroll positions are lost then, and put back here.
 */

export class FocusKeeper {
  /**
   * Elements that were scrolled: the only ones worth reading, as reading forces a layout.
   * @type {Set<any>}
   */
  #scrolled = new Set();
  #root;

  /**
   * @param {Element} root
   * @param {AbortSignal} signal ends the listening
   */
  constructor(root, signal) {
    this.#root = root;
    /** @type {object} */
    const object = root;
    if ("moveBefore" in object) return;
    const options = { capture: true, passive: true, signal };
    root.addEventListener("scroll", (event) => this.#scrolled.add(event.target), options);
  }

  /**
   * Run *change*, then put back what it lost.
   * @param {() => void} change
   */
  during(change) {
    const root = /** @type {Document | ShadowRoot} */ (this.#root.getRootNode());
    const active = /** @type {HTMLElement | null} */ (root.activeElement ?? null);
    const focused = active && this.#root.contains(active) ? active : null;
    const caret = focused && selectionOf(focused);
    const places = this.#places();
    change();
    for (const [el, top, left] of places) {
      if (el.scrollTop !== top) el.scrollTop = top;
      if (el.scrollLeft !== left) el.scrollLeft = left;
    }
    if (!focused || root.activeElement === focused || !focused.isConnected) return;
    focused.focus({ preventScroll: true });
    if (caret) /** @type {HTMLInputElement} */ (focused).setSelectionRange(...caret);
  }

  /** @returns {[Element, number, number][]} */
  #places() {
    /** @type {[Element, number, number][]} */
    const places = [];
    for (const el of this.#scrolled) {
      if (el.isConnected) places.push([el, el.scrollTop, el.scrollLeft]);
      else this.#scrolled.delete(el);
    }
    return places;
  }
}

/**
 * @param {Element} el
 * @returns {[number, number, "forward" | "backward" | "none"] | null}
 */
function selectionOf(el) {
  const { selectionStart, selectionEnd, selectionDirection } =
    /** @type {HTMLInputElement} */ (el);
  if (typeof selectionStart !== "number" || selectionEnd === null) return null;
  return [selectionStart, selectionEnd, selectionDirection ?? "none"];
}
