/**
 * Apps that keep their state: Python writes it down, the page puts it away and gives it back.
 *
 * @typedef {{
 *   op: "load", app: number,
 * } | {
 *   op: "save", app: number, text: string,
 * } | {
 *   op: "set_aside", app: number,
 * }} Message
 */

import { Store } from "./store.js";

/**
 * @typedef {object} Kept
 * @property {string} key under which the state is stored
 * @property {string | null} text what is not written yet
 * @property {string} latest
 * @property {string | null} left what was put where a closed page's successor finds it
 * @property {boolean} isBusy
 */

export class Keeping {
  /** @type {Map<number, Kept>} by app */
  #kept = new Map();
  #tell;
  #isWatching = false;

  /** @param {(message: object) => void} tell Python */
  constructor(tell) {
    this.#tell = tell;
  }

  /**
   * @param {Message} message
   * @param {string} key of an app that asks for what is stored
   */
  hear(message, key) {
    if (message.op === "load") {
      this.#finish(key);
      this.#kept.set(message.app, { key, text: null, latest: "", left: null, isBusy: false });
      this.#watch();
      return void this.#load(message.app, key);
    }
    const kept = this.#kept.get(message.app);
    if (!kept) return undefined;
    if (message.op === "set_aside") return void this.#setAside(kept.key);
    kept.text = kept.latest = message.text;
    if (!kept.isBusy) void this.#write(message.app, kept);
    return undefined;
  }

  /**
   * @param {number} app
   * @param {string} key
   */
  async #load(app, key) {
    try {
      const text = await Store.read(key);
      this.#tell({ op: "stored", app, text });
    } catch (error) {
      this.#tell({ op: "stored", app, error: String(error) });
    }
  }

  /**
   * What an earlier app has stored, its successor is to find.
   * @param {string} key
   */
  #finish(key) {
    for (const [app, kept] of this.#kept) {
      if (kept.key !== key) continue;
      void this.#write(app, kept);
      this.#kept.delete(app);
    }
  }

  /**
   * Write what is not written, and what comes in the meantime: of many changes only the last.
   * @param {number} app
   * @param {Kept} kept
   */
  async #write(app, kept) {
    kept.isBusy = true;
    for (let { text } = kept; text !== null; text = kept.text) {
      kept.text = null;
      try {
        await Store.write(kept.key, text);
        if (kept.left === null || kept.left === text) {
          kept.left = null;
          Store.forget(kept.key);
        }
      } catch (error) {
        this.#tell({ op: "not_saved", app, error: String(error) });
      }
    }
    kept.isBusy = false;
  }

  /** @param {string} key */
  async #setAside(key) {
    try {
      await Store.setAside(key);
    } catch (error) {
      console.warn("tempestweb: what was stored can't be set aside:", error);
    }
  }

  /** A page that is hidden may never be seen again: no event tells of its end. */
  #watch() {
    if (this.#isWatching) return;
    this.#isWatching = true;
    const hide = () => {
      for (const [app, kept] of this.#kept) {
        this.#tell({ op: "hide", app });
        if (kept.isBusy) {
          kept.left = kept.latest;
          Store.leave(kept.key, kept.latest);
        }
      }
    };
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") hide();
    });
    addEventListener("pagehide", hide);
  }
}
