/**
 * Where Python runs, seen from the page: in a worker, or on the page's own thread. Both are used
 * alike.
 *
 * @typedef {import("./python.js").Line & {busy(isBusy: boolean): void}} Line `busy` says that Python
 *   has been at one thing for long, and that it is done with it.
 * @typedef {import("./python.js").Python} Python
 * @typedef {import("./python.js").Installed} Installed
 * @typedef {import("./python.js").Receive} Receive
 * @typedef {import("./worker.js").FromWorker} FromWorker
 * @typedef {import("./worker.js").ToWorker} ToWorker
 * @typedef {{
 *   start(): Promise<void>, install(href: string): Promise<Installed>, receive: Receive,
 *   stop(): void, canRestart: boolean,
 * }} Engine `receive` only after the start. What a stopped one was asked for never settles; can
 *   another one take its place?
 * @typedef {{promise: Promise<void>, resolve(): void, reject(error: Error): void}} Awaited
 */

import { begun } from "./begun.js";
import { importModule } from "./fetching.js";
import { StartError } from "./starterror.js";
import { newWorker } from "./trusted.js";

/** Milliseconds that Python may take for what an app is told before the visitor hears of it. */
const LONG = 10_000;
/** Milliseconds more for an answer that is there already, when the machine slept meanwhile. */
const WAKING = 500;

/** @implements {Engine} */
export class PageEngine {
  /** @type {Promise<Python>} */
  #python;
  /** @type {Receive} */
  #receive = () => {};

  /**
   * @param {string} address of the file of Python
   * @param {string} base
   * @param {Line} line
   */
  constructor(address, base, line) {
    this.#python = importModule(address).then((module) => new module.Python(base, line));
  }

  async start() {
    const python = await this.#python;
    await python.start();
    this.#receive = (app, text, bytes) => python.receive(app, text, bytes);
  }

  /** @param {string} href */
  async install(href) {
    return (await this.#python).install(href);
  }

  /** @type {Receive} */
  receive(app, text, bytes) {
    this.#receive(app, text, bytes);
  }

  /** Its memory can't be given back. */
  get canRestart() {
    return false;
  }

  /** It can't be ended; only not be told any more. */
  stop() {
    this.#receive = () => {};
  }
}

/** @implements {Engine} */
export class WorkerEngine {
  /** @type {Map<number, {resolve(app: Installed): void, reject(error: StartError): void}>} */
  #installing = new Map();
  #count = 0;
  #worker;
  #life;
  #stopping = new AbortController();
  #line;
  #here = awaited();
  #started = awaited();
  /** Was something posted that Python is not known to be done with? Then how often. */
  #posted = 0;
  #isBusy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #late;

  /**
   * Start a worker, which begins to download at once, unless the page's gate did. Throws where there
   * can't be one.
   * @param {string} address of the file of Python
   * @param {string} base
   * @param {Line} line
   */
  constructor(address, base, line) {
    this.#line = line;
    const given = begun().take?.(address);
    this.#worker = given?.worker ?? newWorker(address);
    this.#life = given?.life ?? `tempestweb ${Math.random()}`;
    this.#worker.addEventListener("message", ({ data }) => this.#hear(data));
    // What is thrown in a worker that runs is in the console already; here it means no worker.
    this.#worker.addEventListener("error", () => this.#here.reject(new Error("no worker")));
    this.#here.promise.catch(() => {});
    this.#started.promise.catch(() => {});
    if (!given) this.#tell({ op: "start", base, life: this.#life });
    for (const event of given?.heard ?? []) {
      if (event instanceof MessageEvent) this.#hear(event.data);
      else this.#here.reject(new Error("no worker"));
    }
  }

  /** Settles when its code runs, or can't be had. @returns {Promise<void>} */
  get here() {
    return this.#here.promise;
  }

  get canRestart() {
    return true;
  }

  start() {
    return this.#started.promise;
  }

  /** @param {string} href @returns {Promise<Installed>} */
  install(href) {
    return new Promise((resolve, reject) => {
      const call = ++this.#count;
      this.#installing.set(call, { resolve, reject });
      this.#tell({ op: "install", call, href });
    });
  }

  /** @type {Receive} */
  receive(app, text, bytes) {
    this.#tell({ op: "post", app, text, bytes }, bytes && [bytes.buffer]);
    // The host channel starts apps, which has a time-out of its own.
    if (app !== 0 && ++this.#posted === 1) this.#ping();
  }

  stop() {
    clearTimeout(this.#late);
    this.#stopping.abort();
    this.#worker.terminate();
  }

  /**
   * @param {ToWorker} message
   * @param {Transferable[]} [given] what the worker gets whole, without a copy
   */
  #tell(message, given = []) {
    this.#worker.postMessage(message, given);
  }

  /** @param {FromWorker} message */
  #hear(message) {
    switch (message.op) {
      case "here":
        return this.#here.resolve();
      case "lives":
        return void this.#watch();
      case "started":
        if (message.error) this.#started.reject(StartError.again(message.error));
        else this.#started.resolve();
        return undefined;
      case "installed":
        return this.#installed(message);
      case "progress":
        return this.#line.progress(message.now);
      case "post":
        return this.#line.post(message.app, message.text);
      case "died":
        return this.#line.died(message.reason);
      case "pong":
        return this.#ponged();
      default:
        throw new Error(`a page has no op ${JSON.stringify(message)}`);
    }
  }

  #ping() {
    this.#posted = 1;
    this.#tell({ op: "ping" });
    const late = () => {
      this.#isBusy = true;
      this.#line.busy(true);
    };
    this.#late = setTimeout(() => (this.#late = setTimeout(late, WAKING)), LONG);
  }

  #ponged() {
    clearTimeout(this.#late);
    if (this.#isBusy) this.#line.busy(false);
    this.#isBusy = false;
    if (this.#posted > 1) this.#ping();
    else this.#posted = 0;
  }

  /** The worker holds its lock: to get it is to hear of the worker's end. */
  async #watch() {
    const { signal } = this.#stopping;
    try {
      await navigator.locks.request(this.#life, { signal }, () => {
        if (!signal.aborted) this.#line.died("its worker ended");
      });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** @param {FromWorker & {op: "installed"}} message */
  #installed({ call, app, error }) {
    const asked = this.#installing.get(call);
    this.#installing.delete(call);
    if (app) asked?.resolve(app);
    else if (error) asked?.reject(StartError.again(error));
  }
}

/** A promise that others settle. @returns {Awaited} */
function awaited() {
  const made = /** @type {Awaited} */ ({});
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
