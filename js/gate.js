/**
 * The first script of a page of ours. It brings the others in the order in which the page names
 * them (`link[rel=modulepreload]`), each held to its hash: what a module imports is fetched
 * unchecked if it is not there, so that none runs before all that it imports is.
 *
 * A page whose Python is in a worker names its file too (`link[rel=tempest-worker]`): it is begun at
 * once, for boot.js to take over, because nothing else takes as long.
 *
 * @typedef {import("./begun.js").Begun} Begun
 * @typedef {import("./begun.js").Given} Given
 */

import { showFailure } from "./failure.js";
import { importHeld } from "./held.js";
import { StartError } from "./starterror.js";
import { newWorker, ourPolicy } from "./trusted.js";

/** Python's worker, until somebody takes it. */
class Ahead {
  /** @type {Given["heard"]} */
  #heard = [];
  #life = `tempestweb ${Math.random()}`;
  #hear = (/** @type {Event} */ event) => void this.#heard.push(event);
  #address;
  /** @type {Worker | null} */
  #worker = null;

  /** @param {string} address */
  constructor(address) {
    this.#address = address;
    // Also where there can be no worker: the page allows the policy once.
    addEventListener("tempest-begun", (event) => {
      const { detail } = /** @type {CustomEvent<Partial<Begun>>} */ (event);
      Object.assign(detail, { policy: ourPolicy(), take: (/** @type {string} */ one) => this.#take(one) });
    });
  }

  /** Throws where there can't be a worker. */
  start() {
    this.#worker = newWorker(this.#address);
    for (const type of SAID) this.#worker.addEventListener(type, this.#hear);
    const base = new URL("./", this.#address).href;
    this.#worker.postMessage({ op: "start", base, life: this.#life });
  }

  /** Nobody will take it. */
  stop() {
    this.#worker?.terminate();
  }

  /**
   * @param {string} address
   * @returns {Given | null}
   */
  #take(address) {
    const worker = address === this.#address ? this.#worker : null;
    if (!worker) return null;
    this.#worker = null;
    for (const type of SAID) worker.removeEventListener(type, this.#hear);
    return { worker, life: this.#life, heard: this.#heard };
  }
}

const SAID = ["message", "error"];

/** @returns {Ahead | null} */
function ahead() {
  const link = document.querySelector("link[rel=tempest-worker]");
  const python = link && new Ahead(/** @type {HTMLLinkElement} */ (link).href);
  try {
    python?.start();
  } catch {
    // An old browser: boot.js finds the same, says so, and does without.
  }
  return python;
}

async function open() {
  const python = ahead();
  /** @type {NodeListOf<HTMLLinkElement>} */
  const modules = document.querySelectorAll("link[rel=modulepreload]");
  try {
    for (const { href, integrity } of modules) {
      await parsed();
      await importHeld(href, integrity);
    }
  } catch (error) {
    python?.stop();
    fail(StartError.from(error, "download"));
  }
}

/** The page is there as a whole. */
async function parsed() {
  if (document.readyState !== "loading") return;
  await new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", resolve, { once: true });
  });
}

/** @param {StartError} error */
function fail(error) {
  const target = /** @type {Element} */ (document.querySelector("[data-tempest-boot]"));
  target.querySelector("[data-tempest-loading]")?.remove();
  // What the page shows can still be read; nothing takes what is done to it.
  for (const child of target.children) child.toggleAttribute("inert", true);
  const layer = document.createElement("div");
  layer.className = "tw-layer";
  target.appendChild(layer);
  showFailure(layer, error);
}

void open();
