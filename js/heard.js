/**
 * What a node hears.
 */

/**
 * @param {(string | import("./types.js").OnEntry)[] | null | undefined} entries as on the wire
 * @returns {import("./types.js").Heard | null}
 */
export function readHeard(entries) {
  if (!entries || entries.length === 0) return null;
  /** @type {import("./types.js").Heard} */
  const heard = {};
  for (const entry of entries) {
    const full = typeof entry === "string" ? { type: entry } : entry;
    heard[full.type] = full;
  }
  return heard;
}
