/**
 * Start a built page's own app: what the page says in `data-tempest-boot` is started in the
 * element that says it.
 *
 * @typedef {{
 *   runtime: string, app: string, page?: string, dev?: boolean, sw?: string | null,
 *   events?: string, patience?: number, update?: import("./serviceworker.js").Update,
 *   install?: string, version?: string,
 * }} Boot Addresses, relative to the page. `page` is the app's own root, `sw` the service worker,
 *   `events` the stream that tells of edits; `patience` is how long (ms) a start may be silent,
 *   `install` the words that offer to install the app, `version` that of the build.
 */

import { followEdits } from "./dev.js";
import { compareViews, tellDifferences } from "./differences.js";
import { showFailure } from "./failure.js";
import { Hydration } from "./hydrate.js";
import { offerInstall } from "./install.js";
import { Runtime } from "./runtime.js";
import { keepUpdated } from "./serviceworker.js";
import { StartError } from "./starterror.js";
import { keepTyped, restoreTyped } from "./typed.js";

/** @type {Record<import("./starterror.js").Stage, string>} */
const STAGES = {
  download: "Downloading…",
  runtime: "Starting Python…",
  packages: "Loading packages…",
  app: "Starting the app…",
};
const LOST = "What you did here so far has not been carried out.";
/** How much of the bar is the download; what comes after it has no bytes to count. */
const DOWNLOADED = 0.8;
/** @type {Record<import("./starterror.js").Stage, number>} */
const AFTER = { download: 0, runtime: 0, packages: 0.1, app: 0.15 };

/**
 * Start the app that *target* names, and show its progress, or why it failed, in there.
 * @param {HTMLElement} target
 * @returns {Promise<void>} settles when the app is on the page, or the failure is
 */
export async function boot(target) {
  /** @type {Boot} */
  const wanted = JSON.parse(target.dataset.tempestBoot ?? "{}");
  const { dev = false, patience, update, version } = wanted;
  let failed = false;
  if (dev && wanted.events) {
    const events = followEdits(wanted.events, target);
    compareViews(target, appName(wanted.app), events);
  }
  if (wanted.install) offerInstall(wanted.install);
  // The page says it once, to the gate: that can't begin a worker that nobody takes.
  const where = document.querySelector("link[rel=tempest-worker]") ? "worker" : "main";
  const runtime = Runtime.at(wanted.runtime, { patience, where });
  const shown = adopt(target, wanted);
  const loading = new Loading(target, runtime);
  try {
    const [host, app] = await Promise.all([runtime.ready, runtime.install(wanted.app)]);
    const { folder, module, home } = app;
    const request = { folder, module, home, dev, context: context(wanted.page) };
    /** @param {StartError} error */
    const fail = (error) => void showFailure(target, error, { dev });
    await host.mount(target, request, null, fail, shown).ready;
    loading.remove();
  } catch (error) {
    failed = true;
    loading.remove();
    const note = shown && shown.waiting > 0 ? LOST : undefined;
    const retry = () => {
      if (shown) keepTyped(target);
      location.reload();
    };
    showFailure(shown?.fail() ?? target, StartError.from(error, "app"), { dev, note, retry });
  }
  // Not before: its downloads would compete with those that the visitor waits for. After a
  // failure too, which a newer version may have mended.
  if (wanted.sw && !dev) void keepUpdated(wanted.sw, { update, failed, version });
}

/**
 * Take over the view that the page was built with, if it was.
 * @param {HTMLElement} target
 * @param {Boot} wanted
 */
function adopt(target, { dev, app }) {
  try {
    restoreTyped(target);
    const compare = dev ? tellDifferences : undefined;
    return Hydration.of(target, { dev, compare, home: new URL(app, document.baseURI).href });
  } catch (error) {
    // Python's own first view comes all the same, in place of this one.
    console.error("tempestweb: the page's HTML can't be adopted", error);
    return null;
  }
}

/** @param {string} address of an app's folder */
function appName(address) {
  return decodeURIComponent(address.replace(/\/$/, "").replace(/^.*\//, ""));
}

/**
 * Where the app opens, as its `make_state` gets to know it.
 * @param {string} [page] the address of the app's root
 * @returns {import("./mount.js").Context}
 */
export function context(page = ".") {
  const root = new URL(".", new URL(page, document.baseURI)).pathname;
  const { pathname, search } = location;
  const below = pathname.startsWith(root) ? pathname.slice(root.length) : "";
  return {
    path: `/${decoded(below.replace(/^index\.html$/, ""))}`,
    query: Object.fromEntries(new URLSearchParams(search)),
    locale: navigator.language || "en",
  };
}

/** @param {string} text as it is in an address, where nobody has to have written it well */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What the page shows until the app does: its parts are in the page's own HTML. */
class Loading {
  #ended = new AbortController();
  #text = "";
  #root;
  #runtime;

  /**
   * @param {Element} target
   * @param {Runtime} runtime
   */
  constructor(target, runtime) {
    this.#root = target.querySelector("[data-tempest-loading]");
    this.#runtime = runtime;
    runtime.addEventListener("progress", () => this.#show(), { signal: this.#ended.signal });
    this.#show();
  }

  #show() {
    const { stage, received, total } = this.#runtime.progress;
    const bar = this.#root?.querySelector("progress");
    if (bar && total !== null && total > 0) {
      const value = DOWNLOADED * (received / total) + AFTER[stage];
      // It never goes back, also when one more file is known of.
      bar.value = Math.max(bar.hasAttribute("value") ? bar.value : 0, value);
    }
    const text = this.#root?.querySelector("[data-tempest-status]");
    // Once for each stage: a screen reader reads every change.
    if (text && this.#text !== STAGES[stage]) text.textContent = this.#text = STAGES[stage];
  }

  remove() {
    this.#ended.abort();
    this.#root?.remove();
  }
}
