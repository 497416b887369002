/**
 * Python: one interpreter, its packages, and the files of the apps that run in it.
 *
 * The same code runs in a worker and on the page's own thread, so that it knows no document. It
 * neither waits nor gives up: whoever started it watches its progress.
 *
 * @typedef {{
 *   FS: {mkdirTree(path: string): void, writeFile(path: string, data: Uint8Array): void},
 *   loadPackage(names: string[], options: object): Promise<unknown>,
 *   loadedPackages: Record<string, string>,
 *   pyimport(name: string): any,
 *   _api: {on_fatal?: (error: unknown) => void},
 * }} Pyodide The parts of Pyodide's interface that are used here.
 * @typedef {Record<string, {file_name: string, sha256: string, depends: string[]}>} Packages
 * @typedef {{base: string, theme: string, worker: string, sizes?: Record<string, number>}} Description
 * @typedef {import("./starterror.js").Stage} Stage
 * @typedef {{
 *   stage: Stage, received: number, total: number | null, waiting?: string,
 * }} Progress Bytes; the total is null while it is not known. `waiting` is a file that is not here.
 * @typedef {{folder: string, module: string, title?: string, home: string}} Installed Where an app
 *   is now, and where its files came from.
 * @typedef {(app: number, text: string, bytes?: Uint8Array) => void} Receive
 * @typedef {{
 *   post(app: number, text: string): void, progress(now: Progress): void,
 *   died(reason: string): void,
 * }} Line What Python says to its page: frames, how far a start is, and that it can't go on.
 */

import { App } from "./app.js";
import { Downloads, fetchJson, get, importModule } from "./downloads.js";
import { StartError } from "./starterror.js";

/** Our own wheel; what it depends on comes with it. */
const OURS = "tempestweb-wasm";

export class Python {
  /** @type {Map<string, App>} by address */
  #apps = new Map();
  /** @type {Stage} */
  #stage = "download";
  #downloads = new Downloads(() => this.#tell());
  /** @type {Pyodide | null} */
  #pyodide = null;
  /** @type {Receive | null} */
  #receive = null;
  #base;
  #line;
  #description;
  #lock;
  #ready;

  /**
   * Everything is on its way at once.
   * @param {string} base absolute address of the runtime's folder, with a slash at its end
   * @param {Line} line
   */
  constructor(base, line) {
    this.#base = base;
    this.#line = line;
    this.#description = this.#describe();
    this.#lock = this.#readLock();
    this.#ready = Promise.race([this.#start(), this.#downloads.failed]).catch((error) => {
      throw StartError.from(error, this.#current);
    });
    // Those who ask for it hear of it.
    this.#ready.catch(() => {});
  }

  /** Settles when apps can be started, or with a `StartError`. @returns {Promise<void>} */
  start() {
    return this.#ready;
  }

  /** What the page says to its apps; only after the start. @type {Receive} */
  receive(app, text, bytes) {
    const receive = /** @type {Receive} */ (this.#receive);
    if (bytes === undefined) receive(app, text);
    else receive(app, text, bytes);
  }

  /**
   * Bring an app into the interpreter; its files are asked for at once.
   * @param {string} href of its folder, or of the file in it
   * @returns {Promise<Installed>}
   */
  async install(href) {
    let app = this.#apps.get(href);
    if (!app) {
      app = new App(href, [...this.#apps.values()]);
      this.#apps.set(href, app);
    }
    try {
      const [{ packages }] = await Promise.all([app.description, this.#fetchWheels(app)]);
      await this.#ready;
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

  /** Pyodide is started while its files still arrive; until they are here, that is the stage. */
  get #current() {
    const isEarly = this.#stage === "runtime" && this.#downloads.pending.length > 0;
    return isEarly ? "download" : this.#stage;
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

  async #start() {
    this.#tell();
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
    this.#connect(this.#pyodide);
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

  /** @param {Pyodide} pyodide */
  #connect(pyodide) {
    const browser = pyodide.pyimport("tempestweb_wasm.browser");
    try {
      this.#receive = browser.attach((/** @type {number} */ app, /** @type {string} */ text) =>
        this.#line.post(app, text),
      );
    } finally {
      browser.destroy();
    }
    // Out of memory, out of stack: whatever is asked of this interpreter after that fails.
    pyodide._api.on_fatal = (error) => this.#line.died(String(error));
  }

  /**
   * @param {Pyodide} pyodide
   * @param {readonly string[]} names
   */
  async #load(pyodide, names) {
    /** @type {string[]} */
    const errors = [];
    await pyodide.loadPackage([...names], {
      messageCallback: () => this.#tell(),
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

  /** @param {Stage} stage */
  #enter(stage) {
    this.#stage = stage;
    this.#tell();
  }

  #tell() {
    const { received, total, unknown } = this.#downloads.state;
    const [waiting] = this.#downloads.pending;
    this.#line.progress({
      stage: this.#current, received, total: unknown ? null : total, waiting,
    });
  }
}

/** @param {string} hex */
function base64(hex) {
  const bytes = hex.match(/../g) ?? [];
  return btoa(String.fromCharCode(...bytes.map((pair) => parseInt(pair, 16))));
}
