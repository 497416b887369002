/**
 * The service worker's page side: register it, and offer a new version when one is there.
 *
 * The page works without it (private windows, http on a local network, frames of other sites), so
 * that whatever fails here is only logged.
 */

import { scriptAddress } from "./trusted.js";

/**
 * Register the worker at *address* and offer what it brings.
 * @param {string} address relative to the page
 * @returns {Promise<void>}
 */
export async function keepUpdated(address) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  try {
    const url = scriptAddress(new URL(address, document.baseURI));
    // The worker's own code comes from the host each time, or a kill switch would come late.
    const registration = await serviceWorker.register(url, { updateViaCache: "none" });
    const updates = new Updates(registration, serviceWorker);
    updates.watch();
  } catch (error) {
    console.warn("tempestweb: no service worker, so the app needs the network:", error);
  }
}

/** Tells the visitor of a version that waits. */
class Updates {
  /** @type {HTMLElement | null} */
  #notice = null;
  #registration;
  #container;

  /**
   * @param {ServiceWorkerRegistration} registration
   * @param {ServiceWorkerContainer} container
   */
  constructor(registration, container) {
    this.#registration = registration;
    this.#container = container;
  }

  watch() {
    this.#offer();
    this.#registration.addEventListener("updatefound", () => {
      const worker = this.#registration.installing;
      worker?.addEventListener("statechange", () => {
        if (worker.state === "installed") this.#offer();
      });
    });
    // An installed app may stay open for days; it is asked about when it comes back into view.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      this.#registration.update().catch((error) => {
        console.warn("tempestweb: no news of a new version:", error);
      });
    });
  }

  #offer() {
    // The very first version has nobody to take over from.
    if (!this.#registration.waiting || !this.#container.controller || this.#notice) return;
    this.#notice = notice(
      () => this.#take(),
      () => (this.#notice = null),
    );
  }

  #take() {
    // Only this page reloads: the others keep their version, and what was typed into them.
    const reload = () => location.reload();
    this.#container.addEventListener("controllerchange", reload, { once: true });
    const { waiting } = this.#registration;
    if (waiting) waiting.postMessage({ type: "skip-waiting" });
    else reload();
  }
}

/**
 * @param {() => void} take
 * @param {() => void} dismissed
 * @returns {HTMLElement}
 */
function notice(take, dismissed) {
  const root = element("div", "tw-root tw-update");
  const layer = element("div", "tw-layer");
  const bar = element("div", "tw-notice");
  bar.setAttribute("role", "status");
  const reload = button("Reload", take);
  const later = button("Later", () => {
    root.remove();
    dismissed();
  });
  later.dataset.variant = "outline";
  bar.append(element("span", "", "A new version is ready."), reload, later);
  layer.append(bar);
  root.append(layer);
  document.body.append(root);
  return root;
}

/**
 * @param {string} label
 * @param {() => void} pressed
 */
function button(label, pressed) {
  const el = element("button", "tw-Button", label);
  el.setAttribute("type", "button");
  el.addEventListener("click", pressed);
  return el;
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 * @returns {HTMLElement}
 */
function element(tag, className, text) {
  const el = document.createElement(tag);
  if (className) el.className = className;
  if (text) el.textContent = text;
  return el;
}
