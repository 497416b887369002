/**
 * What a node hears.
 */

/** What hears one plain type is the same for all. @type {Map<string, import("./types.js").Heard>} */
const PLAIN = new Map();

/**
 * @param {(string | import("./types.js").OnEntry)[] | null | undefined} entries as on the wire
 * @returns {import("./types.js").Heard | null}
 */
export function readHeard(entries) {
  if (!entries || entries.length === 0) return null;
  const [only] = entries;
  if (entries.length === 1 && typeof only === "string") {
    const known = PLAIN.get(only) ?? { [only]: { type: only } };
    PLAIN.set(only, known);
    return known;
  }
  /** @type {import("./types.js").Heard} */
  const heard = {};
  for (const entry of entries) {
    const full = typeof entry === "string" ? { type: entry } : entry;
    heard[full.type] = full;
  }
  return heard;
}
