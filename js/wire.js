/**
 * The wire: text to frames, patches to their five kinds, events to text. See docs/wire.md.
 *
 * @typedef {import("./types.js").Frame} Frame
 * @typedef {import("./types.js").WireNode} WireNode
 */

/** A frame that can't be applied: the client stops there and asks for the whole tree. */
export class FrameError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "FrameError";
  }
}

/**
 * Read one frame, which may be of a kind that this client does not know. Throws for what is none
 * at all.
 * @param {string} text
 * @returns {Frame}
 */
export function decode(text) {
  const frame = JSON.parse(text);
  const kind = typeof frame?.kind;
  if (kind !== "string" || (frame.kind === "patches" && !Array.isArray(frame.data))) {
    throw new FrameError("a frame of unknown shape");
  }
  return frame;
}

/**
 * Tell a patch's kind by its keys, and its parts in one form (runs as lists, counts as numbers).
 * @param {any} patch
 * @returns {{kind: "replace"} & import("./types.js").ReplacePatch
 *   | {kind: "update"} & import("./types.js").UpdatePatch
 *   | {kind: "insert"} & import("./types.js").InsertPatch
 *   | {kind: "remove"} & import("./types.js").RemovePatch
 *   | {kind: "reorder"} & import("./types.js").ReorderPatch}
 */
export function readPatch(patch) {
  const { path } = patch ?? {};
  if (!Array.isArray(path)) throw new FrameError("a patch has no path");
  if (Array.isArray(patch.order)) {
    return { kind: "reorder", path, start: patch.start ?? 0, order: patch.order };
  }
  if (patch.index !== undefined) {
    const index = whole(patch.index, "index");
    const nodes = patch.nodes ?? (patch.node && [patch.node]);
    if (nodes) return { kind: "insert", path, index, nodes };
    return { kind: "remove", path, index, count: whole(patch.count ?? 1, "count") };
  }
  if (patch.node) return { kind: "replace", path, node: patch.node };
  if (["set_props", "unset_props", "style", "on", "id"].some((key) => key in patch)) {
    return { kind: "update", ...patch };
  }
  throw new FrameError(`a patch of unknown shape: ${Object.keys(patch)}`);
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {number}
 */
function whole(value, name) {
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value);
  throw new FrameError(`${name} is not a whole number: ${value}`);
}

/**
 * Write an event. `id` is left out for events of the runtime itself.
 * @param {string} type
 * @param {{id?: number, payload?: unknown, seq: number, ack: number}} parts
 * @returns {string}
 */
export function encodeEvent(type, { id, payload, seq, ack }) {
  const frame = { kind: "event", data: { type, id, payload }, seq, ack: ack || undefined };
  return JSON.stringify(frame);
}
