/**
 * Apps that keep their state: Python writes it down, the page puts it away and gives it back.
 *
 * Of several tabs with one app only the one that was shown last stores, and a tab that is shown
 * again takes what was stored meanwhile. Nothing newer is ever written over.
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
 * @property {string | undefined} known what is stored, as far as this page knows
 * @property {string | null} left what was put where a closed page's successor finds it
 * @property {boolean} isBusy
 */

export class Keeping {
  /** @type {Map<number, Kept>} by app */
  #kept = new Map();
  #tell;
  #isWatching = false;
  #tab = String(Math.random());

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
      const isBusy = false;
      const kept = { key, text: null, latest: "", known: undefined, left: null, isBusy };
      this.#kept.set(message.app, kept);
      this.#watch();
      if (isShown()) Store.claim(key, this.#tab);
      return void this.#load(message.app, kept);
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
   * @param {Kept} kept
   */
  async #load(app, kept) {
    try {
      const text = await Store.read(kept.key);
      kept.known = text;
      this.#tell({ op: "stored", app, text });
    } catch (error) {
      this.#tell({ op: "stored", app, error: String(error) });
    }
  }

  /**
   * This page is shown again: what another tab stored meanwhile is the state now.
   * @param {number} app
   * @param {Kept} kept
   */
  async #catchUp(app, kept) {
    Store.claim(kept.key, this.#tab);
    try {
      const text = await Store.read(kept.key);
      if (kept.isBusy) return;
      this.#take(app, kept, text);
      void this.#write(app, kept);
    } catch (error) {
      console.warn("tempestweb: what another tab stored can't be read:", error);
    }
  }

  /**
   * @param {number} app
   * @param {Kept} kept
   * @param {string | undefined} text
   */
  #take(app, kept, text) {
    if (text === undefined || text === kept.known || text === kept.latest) return;
    kept.known = kept.latest = text;
    kept.text = null;
    this.#tell({ op: "stored", app, text });
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
    // The tab that was shown after this one stores; this one catches up when it is shown again.
    if (!Store.isHeldBy(kept.key, this.#tab)) return;
    kept.isBusy = true;
    for (let { text } = kept; text !== null; text = kept.text) {
      kept.text = null;
      const written = text;
      const isOurs = (/** @type {string} */ found) =>
        [kept.known, kept.left, kept.latest, written].includes(found);
      try {
        const newer = await Store.write(kept.key, text, isOurs);
        if (newer !== null) {
          this.#take(app, kept, newer);
          continue;
        }
        kept.known = text;
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
    const show = () => {
      for (const [app, kept] of this.#kept) void this.#catchUp(app, kept);
    };
    document.addEventListener("visibilitychange", () => (isShown() ? show() : hide()));
    addEventListener("pagehide", hide);
    addEventListener("pageshow", ({ persisted }) => persisted && show());
    // Windows side by side are shown both.
    addEventListener("focus", show);
  }
}

function isShown() {
  return document.visibilityState === "visible";
}
