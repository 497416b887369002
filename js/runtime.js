/**
 * Python as a page has it: one interpreter for the page's own app and all embedded ones, in a
 * worker unless it is to be on the page's own thread.
 *
 * @typedef {import("./python.js").Description} Description
 * @typedef {import("./python.js").Installed} Installed
 * @typedef {import("./engines.js").Line} Line
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
/** One that ends again within this time (ms) of its restart would end for ever. */
const STEADY = 10_000;
/** @type {Progress} */
const NOTHING = { stage: "download", received: 0, total: null, waiting: "worker.js" };

export class Runtime extends EventTarget {
  /** @type {Map<string, Runtime>} by place and address: a page never has two of the same */
  static #running = new Map();

  #progress = NOTHING;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;
  /** @type {Set<(error: StartError) => void>} who waits for Python to come further */
  #waiting = new Set();
  /** @type {Promise<string[]> | undefined} */
  #styles;
  /** @type {Set<string>} addresses of the apps that were brought in */
  #installed = new Set();
  #starts = 0;
  #isUp = false;
  #revived = -Infinity;
  #base;
  #where;
  #patience;
  #host;
  #forget;
  /** @type {Promise<Engine>} */
  #engine = new Promise(() => {});

  /**
   * The runtime in the folder at *address*, started if it is not running yet.
   * @param {string} address
   * @param {{patience?: number, where?: Where}} [options] patience in milliseconds
   * @returns {Runtime}
   */
  static at(address, { patience = PATIENCE, where = "worker" } = {}) {
    const href = new URL(address, document.baseURI).href.replace(/\/?$/, "/");
    const key = `${where} ${href}`;
    let runtime = this.#running.get(key);
    if (!runtime) {
      const forget = () => this.#running.delete(key);
      runtime = new Runtime(href, where, patience, forget);
      this.#running.set(key, runtime);
    }
    return runtime;
  }

  /**
   * @param {string} base absolute, ends with a slash
   * @param {Where} where
   * @param {number} patience
   * @param {() => void} forget the next that is asked for starts from nothing
   */
  constructor(base, where, patience, forget) {
    super();
    this.#base = base;
    this.#where = where;
    this.#patience = patience;
    this.#host = new Host({ patience, stuck: () => this.#end() });
    this.#forget = forget;
    /** @type {Promise<Host>} */
    this.ready = this.#start();
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
    // Whoever tries again asks again.
    this.#styles.catch(() => (this.#styles = undefined));
    return this.#styles;
  }

  /**
   * Bring an app into the interpreter; its files are asked for at once.
   * @param {string} address of its folder, or of the file in it
   * @returns {Promise<Installed>}
   */
  async install(address) {
    const { href } = new URL(address, document.baseURI);
    const early = await this.#engine;
    // Asked for again below; until then a failure must not count as unhandled.
    early.install(href).catch(() => {});
    await this.ready;
    const engine = await this.#engine;
    const app = await this.#watched(engine.install(href));
    this.#installed.add(href);
    return app;
  }

  /** @returns {Promise<Description>} */
  #describe() {
    return fetchJson(`${this.#base}runtime.json`);
  }

  /** Start Python; once more where it is unclear why it did not. @returns {Promise<Host>} */
  async #start() {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once();
      } catch (error) {
        const failed = StartError.from(error, this.#progress.stage);
        if (tries > 1 || !this.#isUnclear(failed)) {
          this.#forget();
          throw failed;
        }
        console.warn(`tempestweb: ${failed.message} Python is started once more.`);
      }
    }
  }

  /**
   * May a second try mend it? Not where a file is what is waited for.
   * @param {StartError} error
   */
  #isUnclear({ code }) {
    return code === "python_died" || (code === "timed_out" && !this.#progress.waiting);
  }

  /** @returns {Promise<Host>} */
  async #once() {
    this.#progress = NOTHING;
    this.#engine = this.#open(++this.#starts);
    const starting = this.#engine.then(async (engine) => {
      await engine.start();
      return engine;
    });
    try {
      const engine = await this.#watched(starting);
      this.#isUp = true;
      this.#host.connect((app, text, bytes) => engine.receive(app, text, bytes));
      return this.#host;
    } catch (error) {
      this.#stop();
      throw error;
    }
  }

  /** @param {number} start its number: what an earlier one says is not heard any more */
  async #open(start) {
    const address = await this.#address();
    const line = this.#line(start);
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

  /** @param {number} start @returns {Line} */
  #line(start) {
    /** @type {Line} */
    const line = {
      post: (app, text) => {
        if (start === this.#starts) this.#host.post(app, text);
      },
      progress: (now) => {
        if (start !== this.#starts) return;
        this.#progress = now;
        this.#alive();
      },
      died: (reason) => {
        if (start !== this.#starts) return;
        const text = `Python stopped (${reason}): try again.`;
        const error = new StartError(this.#progress.stage, text, { code: "python_died" });
        if (this.#isUp) void this.#revive(error);
        this.#giveUp(error);
      },
      busy: (isBusy) => {
        // A worker that a debugger holds looks the same: only the visitor ends it.
        const end = () => line.died("it was busy for too long");
        if (start === this.#starts) this.#host.busy(isBusy ? end : null);
      },
    };
    return line;
  }

  /** Where the file of Python is: its name is this script's own business, if it is of this build. */
  async #address() {
    const ours = new URL("./", import.meta.url).href === this.#base;
    if (ours) return new URL("./worker.js", import.meta.url).href;
    return this.#base + (await this.#describe()).worker;
  }

  /**
   * Python has died: start another one, and every app in it.
   * @param {StartError} error
   */
  async #revive(error) {
    console.error(`tempestweb: ${error.message}`);
    this.#host.lost();
    const { canRestart } = await this.#engine;
    this.#stop();
    const isSteady = performance.now() - this.#revived > STEADY;
    this.#revived = performance.now();
    try {
      if (!canRestart || !isSteady) {
        this.#forget();
        throw error;
      }
      this.ready = this.#start();
      await this.ready;
      const engine = await this.#engine;
      const installing = [...this.#installed].map((href) => engine.install(href));
      const apps = await this.#watched(Promise.all(installing));
      this.#revived = performance.now();
      this.#host.again(apps);
    } catch (reason) {
      this.#host.giveUp(StartError.from(reason, "app"));
    }
  }

  /** The last app never came up: what holds Python up must not wait for the next. */
  #end() {
    this.#forget();
    this.#stop();
  }

  #stop() {
    this.#isUp = false;
    this.#starts++;
    this.#engine.then((engine) => engine.stop(), () => {});
  }

  /**
   * @template T
   * @param {Promise<T>} work
   * @returns {Promise<T>} what *work* gives, unless nothing moves for too long
   */
  async #watched(work) {
    /** @type {(error: StartError) => void} */
    let giveUp = () => {};
    /** @type {Promise<never>} */
    const givenUp = new Promise((_, reject) => {
      giveUp = reject;
      this.#waiting.add(giveUp);
    });
    this.#alive();
    try {
      return await Promise.race([work, givenUp]);
    } finally {
      this.#waiting.delete(giveUp);
    }
  }

  /** @param {StartError} error */
  #giveUp(error) {
    for (const giveUp of this.#waiting) giveUp(error);
  }

  /** Something moved: tell who shows it, and wait anew. */
  #alive() {
    this.dispatchEvent(new Event("progress"));
    clearTimeout(this.#watch);
    if (this.#waiting.size === 0) return;
    this.#watch = setTimeout(() => {
      const { stage, waiting } = this.#progress;
      const seconds = Math.round(this.#patience / 1000);
      const what = waiting ? `${waiting} did not arrive` : "nothing happened";
      const text = `${what} for ${seconds} seconds: try again.`;
      this.#giveUp(new StartError(stage, text, { code: "timed_out" }));
    }, this.#patience);
  }
}
