/**
 * Debouncing and throttling that keep the order in which things happened: whatever waits is sent
 * before anything that comes later.
 *
 * @typedef {{send: () => void, timer?: ReturnType<typeof setTimeout>}} Waiting
 */

export class Pace {
  /** @type {Map<string, Waiting>} in the order of the last occurrence */
  #waiting = new Map();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} throttled: no sending until the timer ends */
  #closed = new Map();

  /**
   * Send once nothing came under *key* for *ms* milliseconds.
   * @param {string} key
   * @param {number} ms
   * @param {() => void} send
   */
  debounce(key, ms, send) {
    this.#queue(key, { send, timer: setTimeout(() => this.#sendUntil(key), ms) });
  }

  /**
   * Send at once, then the latest at most every *ms* milliseconds.
   * @param {string} key
   * @param {number} ms
   * @param {() => void} send
   */
  throttle(key, ms, send) {
    if (this.#closed.has(key)) {
      this.#queue(key, { send });
      return;
    }
    this.flush();
    send();
    this.#close(key, ms);
  }

  /** Send all that waits, oldest first. */
  flush() {
    this.#sendUntil(null);
  }

  /** Forget all that waits, and end the timers. */
  stop() {
    for (const timer of this.#closed.values()) clearTimeout(timer);
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#closed.clear();
    this.#waiting.clear();
  }

  /** @param {string} key @param {number} ms */
  #close(key, ms) {
    const open = () => {
      this.#closed.delete(key);
      if (!this.#waiting.has(key)) return;
      this.#sendUntil(key);
      this.#close(key, ms);
    };
    this.#closed.set(key, setTimeout(open, ms));
  }

  /** @param {string} key @param {Waiting} entry */
  #queue(key, entry) {
    clearTimeout(this.#waiting.get(key)?.timer);
    this.#waiting.delete(key);
    this.#waiting.set(key, entry);
  }

  /** @param {string | null} last null for all */
  #sendUntil(last) {
    for (const [key, { send, timer }] of this.#waiting) {
      clearTimeout(timer);
      this.#waiting.delete(key);
      send();
      if (key === last) return;
    }
  }
}
