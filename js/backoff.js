/**
 * How long to wait before a line is asked for again.
 *
 * Doubling from half a second to fifteen, each time a random part of that ("full jitter"): clients
 * that were lost together must not come back together.
 */

const FIRST = 500;
const LONGEST = 15_000;
/** A line that holds so long (ms) has come well, whatever ended the one before. */
const WELL = 10_000;
/** After these the server wants some room: they count as so many tries in vain. */
const TRIES = new Map([[1001, 2], [1012, 2], [1013, 4]]);
const FAULTS = [1003, 1009, 1011, 1013];

export class Backoff {
  #tries = 0;
  /** Did the server itself end the last line because of a fault? */
  #isFault = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #well;

  /** There is a line. After a fault it has yet to show that it holds. */
  opened() {
    if (!this.#isFault) this.#tries = 0;
    this.#well = setTimeout(() => (this.#tries = 0), WELL);
  }

  /**
   * @param {number} code how the line ended
   * @returns {number} milliseconds
   */
  next(code) {
    clearTimeout(this.#well);
    this.#isFault = FAULTS.includes(code);
    this.#tries = Math.max(this.#tries, TRIES.get(code) ?? 0);
    const most = Math.min(LONGEST, FIRST * 2 ** this.#tries++);
    return Math.random() * most;
  }
}
