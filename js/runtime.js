/**
 * Python on this page: one interpreter for the page's own app and all embedded ones.
 *
 * @typedef {{
 *   FS: {mkdirTree(path: string): void, writeFile(path: string, data: Uint8Array): void},
 *   loadPackage(names: string[], options: object): Promise<unknown>,
 *   loadedPackages: Record<string, string>,
 *   pyimport(name: string): any,
 * }} Pyodide The parts of Pyodide's interface that are used here.
 * @typedef {Record<string, {file_name: string, sha256: string, depends: string[]}>} Packages
 * @typedef {{base: string, theme: string, sizes?: Record<string, number>}} Description
 * @typedef {{
 *   stage: "download" | "runtime" | "packages" | "app", received: number, total: number | null,
 * }} Progress Bytes; the total is null while it is not known.
 */

import { App } from "./app.js";
import { Downloads, fetchJson, get, importModule } from "./downloads.js";
import { StartError } from "./failure.js";
import { Host } from "./host.js";

/** Our own wheel; what it depends on comes with it. */
const OURS = "tempestweb-wasm";
/** Milliseconds without a sign of life after which a start has failed. */
const PATIENCE = 60_000;

export class Runtime extends EventTarget {
  /** @type {Map<string, Runtime>} by address: a page never has two of the same */
  static #running = new Map();

  /** @type {Map<string, App>} by address */
  #apps = new Map();
  /** @type {Progress["stage"]} */
  #stage = "download";
  #downloads = new Downloads(() => this.#alive());
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  /** @type {(error: StartError) => void} */
  #giveUp = () => {};
  /** @type {Pyodide | null} */
  #pyodide = null;
  /** @type {Promise<string[]> | undefined} */
  #styles;
  #base;
  #patience;
  #description;
  #lock;

  /**
   * The runtime in the folder at *address*, started if it is not running yet.
   * @param {string} address
   * @param {{patience?: number}} [options] in milliseconds
   * @returns {Runtime}
   */
  static at(address, options) {
    const { href } = new URL(address, document.baseURI);
    let runtime = this.#running.get(href);
    if (!runtime) {
      const made = (runtime = new Runtime(href, options));
      this.#running.set(href, made);
      // The next try starts from nothing.
      made.ready.catch(() => this.#running.delete(href));
    }
    return runtime;
  }

  /**
   * @param {string} base absolute, ends with a slash
   * @param {{patience?: number}} [options]
   */
  constructor(base, { patience = PATIENCE } = {}) {
    super();
    this.#base = base;
    this.#patience = patience;
    this.#description = this.#describe();
    this.#lock = this.#readLock();
    /** @type {Promise<never>} */
    const silence = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    /** @type {Promise<Host>} */
    this.ready = Promise.race([this.#start(), this.#downloads.failed, silence])
      .catch((error) => {
        throw StartError.from(error, this.#current);
      })
      .finally(() => clearTimeout(this.#watch));
  }

  /** How far the start is. @returns {Progress} */
  get progress() {
    const { received, total, unknown } = this.#downloads.state;
    return { stage: this.#current, received, total: unknown ? null : total };
  }

  /** Pyodide is started while its files still arrive; until they are here, that is the stage. */
  get #current() {
    const isEarly = this.#stage === "runtime" && this.#downloads.pending.length > 0;
    return isEarly ? "download" : this.#stage;
  }

  /** The texts of base.css and theme.css, fetched once. @returns {Promise<string[]>} */
  styles() {
    this.#styles ??= this.#description.then(({ base, theme }) =>
      Promise.all([base, theme].map(async (name) => (await get(this.#base + name)).text())),
    );
    return this.#styles;
  }

  /**
   * Bring an app into the interpreter; its files are asked for at once.
   * @param {string} address of its folder, or of the file in it
   * @returns {Promise<{folder: string, module: string, title?: string, home: string}>} where it is
   *   now, and where its files came from
   */
  async install(address) {
    const { href } = new URL(address, document.baseURI);
    let app = this.#apps.get(href);
    if (!app) {
      app = new App(href, [...this.#apps.values()]);
      this.#apps.set(href, app);
    }
    try {
      const [{ packages }] = await Promise.all([app.description, this.#fetchWheels(app)]);
      await this.ready;
      const pyodide = /** @type {Pyodide} */ (this.#pyodide);
      await this.#load(pyodide, packages ?? []);
      this.#enter("app");
      await app.writeTo(pyodide.FS);
      const { module, title } = await app.description;
      return { folder: app.folder, module, title, home: app.base };
    } catch (error) {
      this.#apps.delete(href);
      throw StartError.from(error, "app");
    }
  }

  async #describe() {
    /** @type {Description} */
    const description = await fetchJson(`${this.#base}runtime.json`);
    for (const [name, size] of Object.entries(description.sizes ?? {})) {
      this.#downloads.expect(this.#base + name, size);
    }
    return description;
  }

  async #readLock() {
    const response = await get(`${this.#base}pyodide/pyodide-lock.json`, { cache: "no-cache" });
    const text = await response.text();
    const { packages } = /** @type {{packages: Packages}} */ (JSON.parse(text));
    return { text, packages };
  }

  /** @returns {Promise<Host>} */
  async #start() {
    this.#alive();
    if (typeof WebAssembly !== "object") {
      throw new StartError("runtime", "this browser has no WebAssembly, or a policy forbids it.", {
        code: "no_webassembly",
      });
    }
    // Everything is on its way before anything is waited for.
    const folder = `${this.#base}pyodide/`;
    this.#downloads.begin(`${folder}pyodide.asm.wasm`);
    this.#downloads.begin(`${folder}python_stdlib.zip`);
    const engine = importModule(`${folder}pyodide.asm.mjs`);
    const loader = importModule(`${folder}pyodide.mjs`);
    await Promise.all([this.#fetchPackages([OURS]), engine, loader, this.#description]);
    const { text } = await this.#lock;
    const giveBack = this.#downloads.handOver();
    try {
      this.#pyodide = await this.#boot(await engine, await loader, folder, text);
      this.#enter("packages");
      await this.#load(this.#pyodide, [OURS]);
    } finally {
      giveBack();
    }
    return this.#connect(this.#pyodide);
  }

  /**
   * @param {{default: (settings: object) => unknown}} engine
   * @param {{loadPyodide(options: object): Promise<Pyodide>}} loader
   * @param {string} folder
   * @param {string} lock
   */
  #boot(engine, loader, folder, lock) {
    const { default: createPyodideModule } = engine;
    this.#enter("runtime");
    return loader.loadPyodide({
      indexURL: folder,
      packageBaseUrl: folder,
      lockFileContents: lock,
      createPyodideModule,
    });
  }

  /** @param {Pyodide} pyodide @returns {Host} */
  #connect(pyodide) {
    const host = new Host();
    const browser = pyodide.pyimport("tempestweb_wasm.browser");
    try {
      host.connect(browser.attach(host.post));
    } finally {
      browser.destroy();
    }
    return host;
  }

  /**
   * @param {Pyodide} pyodide
   * @param {readonly string[]} names
   */
  async #load(pyodide, names) {
    /** @type {string[]} */
    const errors = [];
    await pyodide.loadPackage([...names], {
      messageCallback: () => this.#alive(),
      errorCallback: (/** @type {string} */ text) => errors.push(text),
    });
    // What failed is not thrown, only said.
    const missing = names.filter((name) => !(name in pyodide.loadedPackages));
    if (missing.length > 0) {
      const text = `${missing.join(", ")} could not be loaded: build the app again.`;
      throw new StartError("packages", text, { detail: errors.join("\n") });
    }
  }

  /** @param {App} app */
  async #fetchWheels(app) {
    const { packages } = await app.description;
    if (packages) await this.#fetchPackages(packages);
  }

  /**
   * Begin with the wheels of *names* and of all that they depend on.
   * @param {readonly string[]} names
   */
  async #fetchPackages(names) {
    const { packages } = await this.#lock;
    const { sizes } = await this.#description;
    const wanted = new Set(names);
    for (const name of wanted) {
      const entry = packages[name];
      // Once Python runs, it fetches by itself.
      if (!entry || this.#pyodide) continue;
      const file = `pyodide/${entry.file_name}`;
      this.#downloads.begin(this.#base + file, `sha256-${base64(entry.sha256)}`);
      if (sizes?.[file]) this.#downloads.expect(this.#base + file, sizes[file]);
      for (const other of entry.depends) wanted.add(other);
    }
  }

  /** @param {Progress["stage"]} stage */
  #enter(stage) {
    this.#stage = stage;
    this.#alive();
  }

  /** Something moved: tell who shows it, and wait anew. */
  #alive() {
    this.dispatchEvent(new Event("progress"));
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      const seconds = Math.round(this.#patience / 1000);
      const [file] = this.#downloads.pending;
      const what = file ? `${file} did not arrive` : "nothing happened";
      const text = `${what} for ${seconds} seconds: try again.`;
      this.#giveUp(new StartError(this.#current, text, { code: "timed_out" }));
    }, this.#patience);
  }
}

/** @param {string} hex */
function base64(hex) {
  const bytes = hex.match(/../g) ?? [];
  return btoa(String.fromCharCode(...bytes.map((pair) => parseInt(pair, 16))));
}
