/**
 * Who has scrolled up in a box that stays at its end (ScrollView's `stick`) reads on where he was
 * when more comes. Browsers see to that (CSS Scroll Anchoring 1), WebKit does not.
 */

const ANCHORS = globalThis.CSS?.supports("overflow-anchor:auto") ?? true;

/**
 * @param {Element} root holds the boxes; something in it is about to change
 * @returns {() => void} to be called when it has
 */
export function keepReader(root) {
  if (ANCHORS) return () => {};
  const doc = /** @type {Document | ShadowRoot} */ (root.getRootNode());
  const read = [...root.querySelectorAll("[data-stick]")].flatMap((box) => {
    const { x, y, width } = box.getBoundingClientRect();
    // Less than 0 in a box that is turned round: 0 is its end.
    const seen = box.scrollTop < 0 && doc.elementFromPoint(x + width / 2, Math.max(y, 0) + 1);
    return seen && box.contains(seen) ? [{ box, seen, top: seen.getBoundingClientRect().top }] : [];
  });
  return () => {
    for (const { box, seen, top } of read) {
      if (seen.isConnected) box.scrollTop += seen.getBoundingClientRect().top - top;
    }
  };
}
