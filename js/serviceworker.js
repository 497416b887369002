/**
 * The service worker's page side: register it, tell it how its version fares, and offer a new one
 * when it is there. What the messages are is said in pwa/sw.js.
 *
 * The page works without it (private windows, http on a local network, frames of other sites), so
 * that whatever fails here is only logged.
 *
 * @typedef {"offer" | "next-start"} Update
 * @typedef {{
 *   type: "version", version: string, page: string | null, back: boolean,
 * } | {
 *   type: "progress", done: number, total: number,
 * } | {
 *   type: "ready",
 * } | {
 *   type: "failed", reason: string,
 * }} FromServiceWorker
 */

import { notice } from "./notice.js";
import { scriptAddress } from "./trusted.js";

/** An update that takes longer (ms) shows how far it is. */
const LONG = 1000;

/**
 * Register the worker at *address* and offer what it brings.
 * @param {string} address relative to the page
 * @param {{update?: Update, failed?: boolean}} [options] `failed`: the app could not start
 * @returns {Promise<void>}
 */
export async function keepUpdated(address, { update = "offer", failed = false } = {}) {
  try {
    // In a frame that may store nothing, asking for it throws.
    const { serviceWorker } = navigator;
    if (!serviceWorker) return;
    const url = scriptAddress(new URL(address, document.baseURI));
    // The worker's own code comes from the host each time, or a kill switch would come late.
    const registration = await serviceWorker.register(url, { updateViaCache: "none" });
    const updates = new Updates(registration, serviceWorker, update);
    updates.watch(failed);
    keepWhenInstalled();
  } catch (error) {
    console.warn("tempestweb: no service worker, so the app needs the network:", error);
  }
}

/** What belongs to an installed app, the browser is asked not to clear away. */
function keepWhenInstalled() {
  const ask = () => void navigator.storage?.persist?.();
  if (matchMedia("(display-mode: standalone)").matches) ask();
  addEventListener("appinstalled", ask);
}

/** Tells the visitor of a version that waits. */
class Updates {
  /** @type {HTMLElement | null} */
  #notice = null;
  /** Of a notice that tells of a download. @type {HTMLElement | null} */
  #text = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #slow;
  /** How much of a new version is here, up to 1. */
  #share = 0;
  #failed = false;
  #registration;
  #container;
  #update;

  /**
   * @param {ServiceWorkerRegistration} registration
   * @param {ServiceWorkerContainer} container
   * @param {Update} update
   */
  constructor(registration, container, update) {
    this.#registration = registration;
    this.#container = container;
    this.#update = update;
  }

  /** @param {boolean} failed */
  watch(failed) {
    this.#failed = failed;
    this.#container.addEventListener("message", ({ data }) => this.#hear(data));
    this.#tell(failed ? "not-started" : "started");
    this.#tell("version");
    this.#offer();
    this.#registration.addEventListener("updatefound", () => {
      const worker = this.#registration.installing;
      worker?.addEventListener("statechange", () => {
        if (worker.state === "installed") this.#offer();
      });
    });
    // Another tab took a new version: this one is told that it shows the old one.
    this.#container.addEventListener("controllerchange", () => this.#tell("version"));
    // An installed app may stay open for days; it is asked about when it comes back into view.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      this.#registration.update().catch((error) => {
        console.warn("tempestweb: no news of a new version:", error);
      });
    });
  }

  /** @param {string} type */
  #tell(type) {
    this.#container.controller?.postMessage({ type });
  }

  /** @param {FromServiceWorker} message */
  #hear(message) {
    if (message.type === "version") this.#compare(message);
    if (message.type === "progress") {
      this.#share = message.done / message.total;
      this.#progress();
    }
    if (message.type === "ready" || message.type === "failed") this.#arrived();
    if (message.type === "failed") {
      console.warn(`tempestweb: the new version was not kept: ${message.reason}`);
    }
  }

  /** @param {FromServiceWorker & {type: "version"}} message */
  #compare({ version, page, back }) {
    if (this.#failed) {
      // The one before is kept, and is what this address gives now.
      if (back && page === version) location.reload();
    } else if (back) {
      this.#show("The new version could not start, so this is the one before.", "Try again", () => {
        this.#container.addEventListener("message", () => location.reload(), { once: true });
        this.#tell("retry");
      });
    } else if (page && page !== version && this.#update === "offer") {
      this.#show("A new version is ready.", "Reload", () => location.reload());
    }
  }

  #progress() {
    if (!this.#container.controller || this.#update !== "offer") return;
    this.#slow ??= setTimeout(() => this.#show(this.#percent), LONG);
    if (this.#text) this.#text.textContent = this.#percent;
  }

  /** The download is over: what told of it goes. */
  #arrived() {
    clearTimeout(this.#slow);
    this.#slow = undefined;
    if (this.#text) this.#close();
  }

  get #percent() {
    return `Fetching a new version… ${Math.floor(this.#share * 100)} %`;
  }

  #offer() {
    // The very first version has nobody to take over from.
    if (!this.#registration.waiting || !this.#container.controller) return;
    if (this.#update === "offer") {
      this.#show("A new version is ready.", "Reload", () => this.#take());
    } else {
      this.#registration.waiting.postMessage({ type: "skip-waiting" });
    }
  }

  #take() {
    // Only this page reloads: the others keep their version, and what was typed into them.
    const reload = () => location.reload();
    this.#container.addEventListener("controllerchange", reload, { once: true });
    const { waiting } = this.#registration;
    if (waiting) waiting.postMessage({ type: "skip-waiting" });
    else reload();
  }

  /**
   * Show a notice, one at a time; one that asks for something takes the place of one that doesn't.
   * @param {string} text
   * @param {string} [label] of the button
   * @param {() => void} [pressed]
   */
  #show(text, label, pressed) {
    if (this.#notice && (!label || !this.#text)) return;
    this.#close();
    const close = () => this.#close();
    this.#notice = notice(text, label && pressed ? [[label, pressed], ["Later", close]] : []);
    if (!label) this.#text = this.#notice.querySelector("span");
  }

  #close() {
    this.#notice?.remove();
    this.#notice = this.#text = null;
  }
}
