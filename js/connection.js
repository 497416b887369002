/**
 * Tells the visitor that the app is out of reach, and nothing where that is over soon.
 *
 * A page that wants to say it itself listens for `tempest-connection` at the app's element or
 * above it (`detail.status`: "online", "offline", "refused" or "ended") and prevents its default.
 * The status also stands in the element's `data-connection`.
 */

import { notice } from "./notice.js";

/** Being without a line for less than this (ms) is nobody's business. */
const PATIENCE = 2000;
/** @type {Record<string, string>} */
const SAID = {
  offline: "No connection. What you do is kept and sent later.",
  refused: "This page can't go on: reload it.",
  ended: "The app has ended.",
};
const RELOAD = /** @type {[string, () => void]} */ (["Reload", () => location.reload()]);

export class Connection {
  /** @type {HTMLElement | null} */
  #notice = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;
  /** @type {import("./line.js").Status | ""} */
  #status = "";
  #target;
  #retry;

  /**
   * @param {HTMLElement} target holds the app
   * @param {() => void} retry
   */
  constructor(target, retry) {
    this.#target = target;
    this.#retry = retry;
  }

  /** @param {import("./line.js").Status} status */
  show(status) {
    if (status === this.#status) return;
    this.#status = status;
    clearTimeout(this.#waiting);
    this.#notice?.remove();
    this.#notice = null;
    if (status === "offline") this.#waiting = setTimeout(() => this.#tell(), PATIENCE);
    else this.#tell();
  }

  #tell() {
    const status = this.#status;
    this.#target.dataset.connection = status;
    const init = { detail: { status }, bubbles: true, cancelable: true };
    if (!this.#target.dispatchEvent(new CustomEvent("tempest-connection", init))) return;
    const text = SAID[status];
    if (!text) return;
    this.#notice = notice(text, [status === "offline" ? ["Try now", this.#retry] : RELOAD]);
  }
}
