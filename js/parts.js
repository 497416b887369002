/**
 * Cuts an event that is longer than a frame may be into parts, which the server puts together.
 */

/** Bytes of a part at most that are not its text. */
const AROUND = 100;
/** In UTF-8, and with the mark that JSON puts before some, a unit of a text is so many bytes. */
const BYTES = 3;

/**
 * @param {string} text
 * @param {number} largest
 * @returns {boolean} is it of more than so many bytes?
 */
export function isLonger(text, largest) {
  const { length } = text.length * BYTES > largest ? new TextEncoder().encode(text) : text;
  return length > largest;
}

/**
 * @param {string} text the event's data, as JSON
 * @param {number} seq
 * @param {number} largest what a frame may have, in bytes
 * @returns {string[]} frames
 */
export function cut(text, seq, largest) {
  const size = Math.max(2, Math.floor((largest - AROUND) / BYTES));
  const texts = [];
  for (let at = 0; at < text.length; at += texts[texts.length - 1].length) {
    const some = text.slice(at, at + size);
    // Half a character could not be written as UTF-8.
    texts.push(at + size < text.length ? some.replace(/[\uD800-\uDBFF]$/, "") : some);
  }
  const of = texts.length;
  return texts.map((some, at) => JSON.stringify({ kind: "part", seq, part: at + 1, of, text: some }));
}
