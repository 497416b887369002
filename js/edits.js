/**
 * What the user put into controls, told to a session that knows nothing of it because the one
 * before is gone.
 *
 * A control is known again by its key, wherever it is now. One without a key only counts as the
 * same if it stands where it stood and asks for the same: text must not end up in another field.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {{node: Mounted, value: unknown, asks: string}} Edit
 */

import { readControl, writeControl } from "./client.js";
import { tellChange } from "./replay.js";
import { asked } from "./seen.js";

export class Edits {
  /** @type {Edit[]} */
  #edits = [];

  /**
   * Note what was edited in *tree*, and keep the new session's first frame from overwriting it.
   * @param {Mounted | null} tree
   */
  constructor(tree) {
    for (const node of controlsIn(tree)) {
      if (!node.state?.edited) continue;
      node.state.pending = Infinity;
      this.#edits.push({ node, value: readControl(node), asks: asked(node) });
    }
  }

  /**
   * Tell them to the session that *tree* is of.
   * @param {Mounted | null} tree
   */
  tell(tree) {
    const now = controlsIn(tree);
    for (const { node, value, asks } of this.#edits) {
      const isHere = now.includes(node);
      if (node.state) node.state.pending = 0;
      const found = isHere && (node.key || asked(node) === asks) ? node : keyed(now, node);
      if (isHere && found !== node) writeControl(node);
      if (found) tellEdit(found, value, found === node);
    }
  }
}

/**
 * @param {Mounted} node
 * @param {unknown} value
 * @param {boolean} isShown
 */
function tellEdit(node, value, isShown) {
  const { props, spec } = node;
  const name = spec.rules.has("checked") ? "checked" : "value";
  const said = props[name] ?? (name === "checked" ? false : "");
  if (String(said) === String(value)) return;
  if (!isShown) {
    node.props = { ...props, [name]: value };
    writeControl(node);
  }
  const control = node.el.querySelector("input:checked") ?? node.control;
  tellChange(/** @type {HTMLInputElement} */ (name === "value" ? control : node.control));
}

/**
 * The one control of *nodes* that has the key and the type of *node*.
 * @param {Mounted[]} nodes
 * @param {Mounted} node
 */
function keyed(nodes, { key, type }) {
  const found = nodes.filter((other) => other.key === key && other.type === type);
  return key !== undefined && found.length === 1 ? found[0] : undefined;
}

/**
 * @param {Mounted | null} tree
 * @returns {Mounted[]}
 */
function controlsIn(tree) {
  if (!tree) return [];
  return [...(tree.state ? [tree] : []), ...tree.children.flatMap(controlsIn)];
}
