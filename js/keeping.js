/**
 * Apps that keep their state: Python writes it down, the page puts it away and gives it back.
 *
 * Of several tabs with one app only the one that was shown last stores, and a tab that is shown
 * again takes what was stored meanwhile; elements of one page take it at once. Nothing newer is
 * ever written over: what an app says before it has taken that counts as older, and one that
 * can't read it stores nothing more.
 *
 * @typedef {{
 *   op: "load", app: number,
 * } | {
 *   op: "save", app: number, text: string,
 * } | {
 *   op: "set_aside", app: number,
 * } | {
 *   op: "taken", app: number,
 * } | {
 *   op: "outdated", app: number,
 * }} Message
 */

import { Store } from "./store.js";

/**
 * @typedef {object} Kept
 * @property {string} key under which the state is stored
 * @property {Map<number, number>} apps that have this state, and what each was told and has not
 *   taken yet
 * @property {string | null} text what is not written yet
 * @property {string} [latest] what the apps have
 * @property {number} turn counts what they had
 * @property {string} [known] what is stored, as far as this page knows
 * @property {string} [left] what was put where a closed page's successor finds it
 * @property {number} leftTurn what it counted then
 * @property {boolean} isBusy
 */

export class Keeping {
  /** @type {Map<string, Kept>} by key */
  #kept = new Map();
  #tell;
  #isLive;
  #isWatching = false;
  #tab = String(Math.random());

  /**
   * @param {(message: object) => void} tell Python
   * @param {(app: number) => boolean} isLive does an app still run?
   */
  constructor(tell, isLive) {
    this.#tell = tell;
    this.#isLive = isLive;
  }

  /**
   * @param {Message} message
   * @param {string} key of an app that asks for what is stored
   */
  hear(message, key) {
    const { app } = message;
    if (message.op === "load") return void this.#load(app, this.#open(key));
    const kept = [...this.#kept.values()].find(({ apps }) => apps.has(app));
    if (!kept) return undefined;
    const behind = kept.apps.get(app) ?? 0;
    if (message.op === "set_aside") quietly(Store.setAside(kept.key));
    else if (message.op === "taken") kept.apps.set(app, behind - 1);
    else if (message.op === "outdated") kept.apps.delete(app);
    // If not, it was said before that was taken which is newer.
    else if (behind === 0) this.#save(app, kept, message.text);
    return undefined;
  }

  /** @param {string} key @returns {Kept} */
  #open(key) {
    let kept = this.#kept.get(key);
    if (!kept) {
      kept = { key, apps: new Map(), text: null, turn: 0, leftTurn: 0, isBusy: false };
      this.#kept.set(key, kept);
    }
    for (const app of kept.apps.keys()) {
      // It has said its last by now: what is started in its place asks after that.
      if (!this.#isLive(app)) kept.apps.delete(app);
    }
    this.#watch();
    if (isShown()) Store.claim(key, this.#tab);
    return kept;
  }

  /**
   * @param {number} app
   * @param {Kept} kept
   */
  async #load(app, kept) {
    /** @type {{text?: string, error?: string}} */
    let answer;
    try {
      const text = await Store.read(kept.key);
      if (!kept.isBusy) this.#take(kept, text);
      answer = { text: kept.latest };
    } catch (error) {
      answer = { error: String(error) };
    }
    kept.apps.set(app, 0);
    this.#tell({ op: "stored", app, ...answer });
  }

  /**
   * @param {number} app
   * @param {Kept} kept
   * @param {string} text
   */
  #save(app, kept, text) {
    kept.text = text;
    this.#spread(kept, text, app);
    void this.#write(kept);
    // What is left already would be older than this.
    if (kept.left) this.#leave(kept);
  }

  /**
   * This page is shown again: what another tab stored meanwhile is the state now.
   * @param {Kept} kept
   */
  async #catchUp(kept) {
    Store.claim(kept.key, this.#tab);
    const text = await Store.read(kept.key);
    if (kept.isBusy) return;
    this.#take(kept, text);
    void this.#write(kept);
  }

  /**
   * @param {Kept} kept
   * @param {string | undefined} text
   */
  #take(kept, text) {
    const { known, latest, left } = kept;
    if (text === undefined || [known, latest, left].includes(text)) return;
    kept.known = text;
    kept.text = null;
    kept.left = undefined;
    this.#spread(kept, text);
  }

  /**
   * All apps have *text* now.
   * @param {Kept} kept
   * @param {string} text
   * @param {number} [from] who said it
   */
  #spread(kept, text, from) {
    kept.latest = text;
    kept.turn++;
    for (const [app, behind] of kept.apps) {
      if (app === from) continue;
      kept.apps.set(app, behind + 1);
      this.#tell({ op: "stored", app, text });
    }
  }

  /**
   * Write what is not written, and what comes in the meantime: of many changes only the last.
   * @param {Kept} kept
   */
  async #write(kept) {
    // The tab that was shown after this one stores; this one catches up when it is shown again.
    if (kept.isBusy || !Store.isHeldBy(kept.key, this.#tab)) return;
    kept.isBusy = true;
    while (kept.text !== null) {
      const { text, turn } = kept;
      kept.text = null;
      const isOurs = (/** @type {string} */ found) =>
        [kept.known, kept.left, text].includes(found);
      try {
        const newer = await Store.write(kept.key, text, isOurs);
        if (newer !== null) {
          this.#take(kept, newer);
          continue;
        }
        if (turn >= kept.leftTurn) {
          Store.forget(kept.key, isOurs);
          kept.left = undefined;
        }
        kept.known = text;
      } catch (error) {
        for (const app of kept.apps.keys()) {
          this.#tell({ op: "not_saved", app, error: String(error) });
        }
      }
    }
    kept.isBusy = false;
  }

  /**
   * The page may be closed before what it writes is certain.
   * @param {Kept} kept
   */
  #leave(kept) {
    const { key, latest, turn } = kept;
    if (latest === undefined || !Store.isHeldBy(key, this.#tab)) return;
    if (!Store.leave(key, latest)) return;
    kept.left = latest;
    kept.leftTurn = turn;
  }

  /** A page that is hidden may never be seen again: no event tells of its end. */
  #watch() {
    if (this.#isWatching) return;
    this.#isWatching = true;
    const hide = () => {
      for (const kept of this.#kept.values()) {
        for (const app of kept.apps.keys()) this.#tell({ op: "hide", app });
        if (kept.isBusy) this.#leave(kept);
      }
    };
    const show = () => {
      for (const kept of this.#kept.values()) if (kept.apps.size > 0) quietly(this.#catchUp(kept));
    };
    document.addEventListener("visibilitychange", () => (isShown() ? show() : hide()));
    addEventListener("pagehide", hide);
    addEventListener("pageshow", ({ persisted }) => persisted && show());
    // Windows side by side are shown both.
    addEventListener("focus", show);
  }
}

/** @param {Promise<void>} work what a page does of itself */
function quietly(work) {
  work.catch((error) => console.warn("tempestweb: what is stored can't be read:", error));
}

function isShown() {
  return document.visibilityState === "visible";
}
