/**
 * The file of Python: a worker when it is started as one, and a module with the class `Python`
 * when a page imports it (an app that says `runtime = "main"`, or a browser without such workers).
 *
 * @typedef {import("./python.js").Progress} Progress
 * @typedef {import("./python.js").Installed} Installed
 * @typedef {import("./starterror.js").Told} Told
 * @typedef {{
 *   op: "start", base: string, life: string,
 * } | {
 *   op: "install", call: number, href: string,
 * } | {
 *   op: "post", app: number, text: string, bytes?: Uint8Array,
 * } | {
 *   op: "ping",
 * }} ToWorker
 * @typedef {{
 *   op: "here",
 * } | {
 *   op: "lives",
 * } | {
 *   op: "started", error?: Told,
 * } | {
 *   op: "installed", call: number, app?: Installed, error?: Told,
 * } | {
 *   op: "progress", now: Progress,
 * } | {
 *   op: "post", app: number, text: string,
 * } | {
 *   op: "died", reason: string,
 * } | {
 *   op: "pong",
 * }} FromWorker
 */

import { Python } from "./python.js";
import { StartError } from "./starterror.js";

export { Python };

/** The worker's end of the line to its page. */
class Worked {
  /** @type {Python | null} */
  #python = null;
  #port;

  /** @param {{postMessage(message: FromWorker): void}} port */
  constructor(port) {
    this.#port = port;
  }

  /** @param {ToWorker} message */
  hear(message) {
    switch (message.op) {
      case "start":
        this.#live(message.life);
        return void this.#start(message.base);
      case "install":
        return void this.#install(message.call, message.href);
      case "post":
        return this.#python?.receive(message.app, message.text, message.bytes);
      case "ping":
        // It comes when Python is done with what was posted before.
        return this.#port.postMessage({ op: "pong" });
      default:
        throw new Error(`a worker has no op ${JSON.stringify(message)}`);
    }
  }

  /**
   * Hold a lock for as long as this worker is there: no event tells its page of its end, but the
   * page may wait for the lock.
   * @param {string} name
   */
  #live(name) {
    // Only in secure contexts.
    navigator.locks?.request(name, () => {
      this.#port.postMessage({ op: "lives" });
      return new Promise(() => {});
    });
  }

  /** @param {string} base */
  async #start(base) {
    this.#python = new Python(base, {
      post: (app, text) => this.#port.postMessage({ op: "post", app, text }),
      progress: (now) => this.#port.postMessage({ op: "progress", now }),
      died: (reason) => this.#port.postMessage({ op: "died", reason }),
    });
    try {
      await this.#python.start();
      this.#port.postMessage({ op: "started" });
    } catch (error) {
      this.#port.postMessage({ op: "started", error: StartError.from(error, "runtime").told() });
    }
  }

  /**
   * @param {number} call
   * @param {string} href
   */
  async #install(call, href) {
    try {
      const app = await /** @type {Python} */ (this.#python).install(href);
      this.#port.postMessage({ op: "installed", call, app });
    } catch (error) {
      this.#port.postMessage({ op: "installed", call, error: StartError.from(error, "app").told() });
    }
  }
}

// A page that imports this file has a document.
if (typeof document === "undefined") {
  const port = /** @type {any} */ (globalThis);
  const worked = new Worked(port);
  port.addEventListener("message", (/** @type {MessageEvent} */ { data }) => worked.hear(data));
  port.postMessage({ op: "here" });
}
