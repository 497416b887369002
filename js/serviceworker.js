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

/** A download that takes longer (ms) shows how far it is: of a new version, and of the first one. */
const LONG = 1000;
const FIRST_LONG = 3000;
const MEGABYTE = 1e6;

/**
 * Register the worker at *address* and offer what it brings.
 * @param {string} address relative to the page
 * @param {{update?: Update, failed?: boolean, version?: string}} [options] `failed`: the app could
 *   not start; `version`: what the page was built with
 * @returns {Promise<void>}
 */
export async function keepUpdated(address, { update = "offer", failed = false, version } = {}) {
  try {
    // In a frame that may store nothing, asking for it throws.
    const { serviceWorker } = navigator;
    if (!serviceWorker) return;
    const url = scriptAddress(new URL(address, document.baseURI));
    // The worker's own code comes from the host each time, or a kill switch would come late.
    const registration = await serviceWorker.register(url, { updateViaCache: "none" });
    // Tools for tests that block service workers put something in the place of `register`.
    if (!registration) return;
    const updates = new Updates(registration, serviceWorker, update, version);
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
  /** How much of a version is here. */
  #bytes = { done: 0, total: 0 };
  #failed = false;
  /** Was the host asked for another version, since the page turned out to be of one? */
  #isAsked = false;
  #registration;
  #container;
  #update;
  #version;

  /**
   * @param {ServiceWorkerRegistration} registration
   * @param {ServiceWorkerContainer} container
   * @param {Update} update
   * @param {string} [version] the page's
   */
  constructor(registration, container, update, version) {
    this.#registration = registration;
    this.#container = container;
    this.#update = update;
    this.#version = version;
  }

  /** @param {boolean} failed */
  watch(failed) {
    this.#failed = failed;
    this.#container.addEventListener("message", ({ data, source }) => this.#hear(data, source));
    this.#tell(failed ? "not-started" : "started");
    // The page may have come past the worker, or before there was one.
    void this.#container.ready.then(() => this.#tell("version"));
    this.#offer();
    const follow = () => {
      const worker = this.#registration.installing;
      worker?.addEventListener("statechange", () => {
        if (worker.state === "installed") this.#offer();
      });
    };
    follow();
    this.#registration.addEventListener("updatefound", follow);
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

  /**
   * @param {string} type
   * @param {ServiceWorker | null} [worker]
   */
  #tell(type, worker = this.#container.controller ?? this.#registration.active) {
    worker?.postMessage({ type, version: this.#version });
  }

  /**
   * @param {FromServiceWorker} message
   * @param {MessageEventSource | null} source
   */
  #hear(message, source) {
    if (message.type === "version") {
      if (source === this.#registration.waiting) this.#join(message);
      else this.#compare(message);
    }
    if (message.type === "progress") {
      this.#bytes = message;
      this.#progress();
    }
    if (message.type === "ready" || message.type === "failed") this.#arrived();
    if (message.type === "failed") {
      console.warn(`tempestweb: this version was not kept: ${message.reason}`);
    }
  }

  /**
   * A page that came past the worker may be of the version that waits: then that is taken.
   * @param {FromServiceWorker & {type: "version"}} message of the one that waits
   */
  #join({ version }) {
    if (version === this.#version) this.#registration.waiting?.postMessage({ type: "skip-waiting" });
    else this.#propose();
  }

  /** @param {FromServiceWorker & {type: "version"}} message */
  #compare({ version, page, back }) {
    if (version === "" && navigator.userActivation?.hasBeenActive === false) {
      // The site works without a worker now, and nobody has done anything here.
      location.reload();
    } else if (this.#failed) {
      // The one before is kept, and is what this address gives now.
      if (back && page === version) location.reload();
    } else if (back) {
      this.#show("The new version could not start, so this is the one before.", "Try again", () => {
        this.#container.addEventListener("message", () => location.reload(), { once: true });
        this.#tell("retry");
      });
    } else if (page && page !== version && this.#update === "offer") {
      this.#differ();
    }
  }

  /**
   * The page and the worker are of two versions. Which is the newer one, the host knows: only if
   * it has no other than the worker's, a reload brings that.
   */
  #differ() {
    if (this.#isComing) return;
    if (this.#isAsked) {
      this.#show("A new version is ready.", "Reload", () => location.reload());
      return;
    }
    this.#isAsked = true;
    const again = () => this.#tell("version");
    this.#registration.update().then(again, again);
  }

  /** Is a version on its way, or here, that will be told of by itself? */
  get #isComing() {
    return this.#registration.installing !== null || this.#registration.waiting !== null;
  }

  #progress() {
    if (this.#update !== "offer") return;
    const long = this.#container.controller ? LONG : FIRST_LONG;
    this.#slow ??= setTimeout(() => this.#showDownload(), long);
    if (this.#text) this.#text.textContent = this.#share;
  }

  #showDownload() {
    const isUpdate = this.#container.controller !== null;
    const what = isUpdate ? "Fetching a new version… " : "Keeping the app for use offline… ";
    this.#show(what, undefined, undefined, this.#share);
  }

  /** The download is over: what told of it goes. */
  #arrived() {
    clearTimeout(this.#slow);
    this.#slow = undefined;
    if (this.#text) this.#close();
  }

  get #share() {
    const { done, total } = this.#bytes;
    const [here, all] = [done, total].map((bytes) => (bytes / MEGABYTE).toFixed(1));
    // On one line, also where the words before it fill that of a phone.
    return `${here}\u00a0of\u00a0${all}\u00a0MB`;
  }

  #offer() {
    const { active, waiting } = this.#registration;
    // The very first version has nobody to take over from.
    if (!waiting || !active) return;
    if (this.#container.controller) this.#propose();
    else this.#tell("version", waiting);
  }

  #propose() {
    if (this.#update === "offer") {
      this.#show("A new version is ready.", "Reload", () => this.#take());
    } else {
      this.#registration.waiting?.postMessage({ type: "skip-waiting" });
    }
  }

  #take() {
    const { waiting } = this.#registration;
    if (!waiting) return location.reload();
    // Only this page reloads: the others keep their version, and what was typed into them.
    waiting.addEventListener("statechange", () => {
      // Also when a still newer one has taken its place.
      if (waiting.state !== "activating") location.reload();
    });
    return waiting.postMessage({ type: "skip-waiting" });
  }

  /**
   * Show a notice, one at a time; one that asks for something takes the place of one that doesn't.
   * @param {string} text
   * @param {string} [label] of the button
   * @param {() => void} [pressed]
   * @param {string} [figures]
   */
  #show(text, label, pressed, figures) {
    if (this.#notice && (!label || !this.#text)) return;
    this.#close();
    const close = () => this.#close();
    /** @type {[string, () => void][]} */
    const buttons = label && pressed ? [[label, pressed], ["Later", close]] : [];
    this.#notice = notice(text, buttons, undefined, figures);
    this.#text = this.#notice.querySelector("[aria-hidden]");
  }

  #close() {
    this.#notice?.remove();
    this.#notice = this.#text = null;
  }
}
