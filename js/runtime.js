/**
 * Python as a page has it: one interpreter for the page's own app and all embedded ones, in a
 * worker unless it is to be on the page's own thread.
 *
 * @typedef {import("./python.js").Description} Description
 * @typedef {import("./python.js").Installed} Installed
 * @typedef {import("./python.js").Line} Line
 * @typedef {import("./python.js").Progress} Progress
 * @typedef {import("./engines.js").Engine} Engine
 * @typedef {"worker" | "main"} Where
 */

import { fetchJson, get } from "./fetching.js";
import { PageEngine, WorkerEngine } from "./engines.js";
import { Host } from "./host.js";
import { StartError } from "./starterror.js";

/** Milliseconds without a sign of life after which a start has failed. */
const PATIENCE = 60_000;

export class Runtime extends EventTarget {
  /** @type {Map<string, Runtime>} by place and address: a page never has two of the same */
  static #running = new Map();

  /** @type {Progress} */
  #progress = { stage: "download", received: 0, total: null };
  #host = new Host();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  /** @type {(error: StartError) => void} */
  #giveUp = () => {};
  /** @type {Promise<string[]> | undefined} */
  #styles;
  #base;
  #where;
  #patience;
  /** @type {Promise<Engine>} */
  #engine;

  /**
   * The runtime in the folder at *address*, started if it is not running yet.
   * @param {string} address
   * @param {{patience?: number, where?: Where}} [options] patience in milliseconds
   * @returns {Runtime}
   */
  static at(address, { patience = PATIENCE, where = "worker" } = {}) {
    const { href } = new URL(address, document.baseURI);
    const key = `${where} ${href}`;
    let runtime = this.#running.get(key);
    if (!runtime) {
      const made = (runtime = new Runtime(href, where, patience));
      this.#running.set(key, made);
      // The next try starts from nothing.
      made.ready.catch(() => this.#running.delete(key));
    }
    return runtime;
  }

  /**
   * @param {string} base absolute, ends with a slash
   * @param {Where} where
   * @param {number} patience
   */
  constructor(base, where, patience) {
    super();
    this.#base = base;
    this.#where = where;
    this.#patience = patience;
    this.#engine = this.#open();
    /** @type {Promise<never>} */
    const silence = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    /** @type {Promise<Host>} */
    this.ready = Promise.race([this.#start(), silence])
      .catch((error) => {
        this.#engine.then((engine) => engine.stop(), () => {});
        throw StartError.from(error, this.#progress.stage);
      })
      .finally(() => clearTimeout(this.#watch));
  }

  /** How far the start is. @returns {Progress} */
  get progress() {
    return this.#progress;
  }

  /** The texts of base.css and theme.css, fetched once. @returns {Promise<string[]>} */
  styles() {
    this.#styles ??= this.#describe().then(({ base, theme }) =>
      Promise.all([base, theme].map(async (name) => (await get(this.#base + name)).text())),
    );
    return this.#styles;
  }

  /**
   * Bring an app into the interpreter; its files are asked for at once.
   * @param {string} address of its folder, or of the file in it
   * @returns {Promise<Installed>}
   */
  async install(address) {
    const { href } = new URL(address, document.baseURI);
    const engine = await this.#engine;
    const installing = engine.install(href);
    // The start may fail first, and that is then the reason.
    installing.catch(() => {});
    await this.ready;
    return installing;
  }

  /** @returns {Promise<Description>} */
  #describe() {
    return fetchJson(`${this.#base}runtime.json`);
  }

  /** @returns {Promise<Engine>} */
  async #open() {
    this.#alive();
    if (typeof WebAssembly !== "object") {
      throw new StartError("runtime", "this browser has no WebAssembly, or a policy forbids it.", {
        code: "no_webassembly",
      });
    }
    const address = await this.#address();
    /** @type {Line} */
    const line = {
      post: this.#host.post,
      progress: (now) => {
        this.#progress = now;
        this.#alive();
      },
      died: (reason) => console.error(`tempestweb: Python has died: ${reason}`),
    };
    // No browser takes a worker from another host.
    if (this.#where === "worker" && new URL(address).origin === location.origin) {
      try {
        const engine = new WorkerEngine(address, this.#base, line);
        await engine.here;
        return engine;
      } catch (error) {
        // A page's policy, or an old browser. If the file is what is wrong, its import says how.
        console.warn("tempestweb: no worker, so Python runs on the page's own thread:", error);
      }
    }
    return new PageEngine(address, this.#base, line);
  }

  /** Where the file of Python is: its name is this script's own business, if it is of this build. */
  async #address() {
    const ours = new URL("./", import.meta.url).href === this.#base;
    if (ours) return new URL("./worker.js", import.meta.url).href;
    return this.#base + (await this.#describe()).worker;
  }

  /** @returns {Promise<Host>} */
  async #start() {
    const engine = await this.#engine;
    await engine.start();
    this.#host.connect((app, text, bytes) => engine.receive(app, text, bytes));
    return this.#host;
  }

  /** Something moved: tell who shows it, and wait anew. */
  #alive() {
    this.dispatchEvent(new Event("progress"));
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      const { stage, waiting } = this.#progress;
      const seconds = Math.round(this.#patience / 1000);
      const what = waiting ? `${waiting} did not arrive` : "nothing happened";
      const text = `${what} for ${seconds} seconds: try again.`;
      this.#giveUp(new StartError(stage, text, { code: "timed_out" }));
    }, this.#patience);
  }
}
