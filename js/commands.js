/**
 * What Python has the page do, without an answer.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {import("./native.js").Surroundings} Surroundings
 */

/** @type {Record<string, (args: any, around: Surroundings) => void>} */
export const COMMANDS = {
  reload(_, { root }) {
    const guest = /** @type {{restart?(): void} | null} */ (hostOf(root));
    if (guest?.restart) guest.restart();
    else location.reload();
  },

  title({ text }, { root }) {
    // The page around an embedded app has a title of its own.
    if (!hostOf(root)) document.title = text;
  },

  focus({ key }, around) {
    /** @type {HTMLElement} */ (found(key, around).control).focus();
  },

  scroll({ key, smooth }, around) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    found(key, around).el.scrollIntoView({ behavior: smooth && !still ? "smooth" : "auto" });
  },
};

/**
 * The element that an embedded app is in.
 * @param {Element | ShadowRoot} root
 * @returns {Element | null}
 */
function hostOf(root) {
  return root instanceof ShadowRoot ? root.host : null;
}

/**
 * @param {string} key
 * @param {Surroundings} around
 * @returns {Mounted}
 */
function found(key, { client }) {
  const root = client()?.tree;
  const node = root && withKey(root, key);
  if (node) return node;
  throw new Error(`no widget has the key ${JSON.stringify(key)}`);
}

/**
 * @param {Mounted} node
 * @param {string} key
 * @returns {Mounted | undefined} the first in document order
 */
function withKey(node, key) {
  if (node.key === key) return node;
  for (const child of node.children) {
    const inside = withKey(child, key);
    if (inside) return inside;
  }
  return undefined;
}
