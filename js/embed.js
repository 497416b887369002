/**
 * `<tempest-app src="…/app.py">`: an app inside somebody else's page.
 *
 * It lives in an open shadow root with its own style sheets, so that neither disturbs the other.
 * What stands between the tags is shown until the app is ready. All of a page share one
 * interpreter; one that fails shows that in its own place.
 *
 * Attributes: `src` (the app's file; a query is given to the app), `theme="none"` (structure
 * without looks), `runtime` (the folder `_tempest` of a build; by default the one that this
 * script came from), `python="main"` (on the page's own thread), `dev`. Events: `tempest-ready`, `tempest-error` (detail: code, message).
 */

import { showFailure } from "./failure.js";
import { Host } from "./host.js";
import { Runtime } from "./runtime.js";
import { adoptStyles } from "./sheets.js";
import { StartError } from "./starterror.js";
import { trust } from "./trusted.js";

const FRAME = ":host{display:block}:host([hidden]){display:none}slot[hidden]{display:none}";
/** A shadow root keeps the page's rules out, but not what is inherited from around it. */
const RESET =
  "@layer tempest.reset,tempest.base,tempest.theme;" +
  "@layer tempest.reset{.tw-root{all:initial;display:block}}";

export class TempestApp extends HTMLElement {
  static observedAttributes = ["src", "theme", "runtime", "python"];

  /** For Python's run(), which finds the page's client through this element. */
  static Host = Host;

  /** Also for run(), which makes the page's policy to load the client. */
  static trust = trust;

  #shadow = this.attachShadow({ mode: "open" });
  #slot = this.#shadow.appendChild(document.createElement("slot"));
  /** @type {{stop(): void} | null} */
  #running = null;
  /** @type {HTMLElement | null} */
  #failure = null;
  /** Since it was started, if it was? */
  #isChanged = false;

  /** The address of the app's file. */
  get src() {
    return this.getAttribute("src") ?? "";
  }

  set src(address) {
    this.setAttribute("src", address);
  }

  /** "none" for an app without our looks; otherwise "". */
  get theme() {
    return this.getAttribute("theme") ?? "";
  }

  set theme(name) {
    this.setAttribute("theme", name);
  }

  connectedCallback() {
    if (!this.#running) this.#start();
  }

  disconnectedCallback() {
    // Moving it takes it out and puts it in again: an app survives that.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  /**
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(_name, before, after) {
    if (before === after) return;
    this.#isChanged = true;
    // Once, when several are changed together; and not where it comes into the page with them.
    queueMicrotask(() => {
      if (this.#isChanged) this.restart();
    });
  }

  /** Stop the app and start it anew. */
  restart() {
    this.#stop();
    if (this.isConnected) this.#start();
  }

  #start() {
    this.#isChanged = false;
    if (!this.src) return;
    const stopping = new AbortController();
    this.#running = { stop: () => stopping.abort() };
    this.setAttribute("aria-busy", "true");
    this.#open(stopping.signal).catch((error) => {
      if (!stopping.signal.aborted) this.#fail(StartError.from(error, "app"));
    });
  }

  /** @param {AbortSignal} signal */
  async #open(signal) {
    const address = new URL(this.src, document.baseURI);
    const query = Object.fromEntries(address.searchParams);
    address.search = address.hash = "";
    const where = this.getAttribute("python") === "main" ? "main" : "worker";
    const place = this.getAttribute("runtime") ?? new URL("./", import.meta.url).href;
    const runtime = Runtime.at(place, { where });
    const [host, app, [base, theme]] = await Promise.all([
      runtime.ready,
      runtime.install(address.href),
      runtime.styles(),
    ]);
    if (signal.aborted) return;
    // Without a theme, the page's own fonts and colours are what is wanted.
    const looks = this.theme === "none" ? [FRAME, base] : [FRAME, RESET, base, theme];
    adoptStyles(this.#shadow, looks);
    const { folder, module, home } = app;
    const dev = this.hasAttribute("dev");
    const context = { path: "/", query, locale: navigator.language || "en" };
    const request = { folder, module, home, dev, context };
    const mount = host.mount(this, request, this.#shadow, (error) => this.#fail(error));
    signal.addEventListener("abort", () => mount.stop(), { once: true });
    await mount.ready;
    this.#slot.hidden = true;
    this.removeAttribute("aria-busy");
    this.#tell("tempest-ready", {});
  }

  #stop() {
    this.#running?.stop();
    this.#running = null;
    this.#failure?.remove();
    this.#failure = null;
    this.#slot.hidden = false;
    this.removeAttribute("aria-busy");
  }

  /** @param {StartError} error */
  #fail(error) {
    this.removeAttribute("aria-busy");
    this.#slot.hidden = true;
    this.#failure = document.createElement("div");
    this.#failure.className = "tw-root";
    this.#shadow.appendChild(this.#failure);
    const options = { dev: this.hasAttribute("dev"), retry: () => this.restart() };
    showFailure(this.#failure, error, options);
    this.#tell("tempest-error", { code: error.code, message: error.message });
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
