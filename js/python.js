/**
 * Python: one interpreter, its packages, and the files of the apps that run in it.
 *
 * The same code runs in a worker and on the page's own thread, so that it knows no document. It
 * neither waits nor gives up: whoever started it watches its progress.
 *
 * @typedef {import("./interpreter.js").Built} Built
 * @typedef {import("./interpreter.js").Pyodide} Pyodide
 * @typedef {import("./starterror.js").Stage} Stage
 * @typedef {{base: string, theme: string, worker: string}} Description
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
import { Downloads } from "./downloads.js";
import { Interpreter } from "./interpreter.js";
import { StartError } from "./starterror.js";

/** Our own wheel; what it depends on comes with it. */
const OURS = "tempestweb-wasm";
// The build writes what it is made of in the place of this text, so that a start need not ask.
const BUILT = /** @type {Built} */ (Object("%tempestweb-built%"));

export class Python {
  /** @type {Map<string, App>} by address */
  #apps = new Map();
  /** @type {Map<string, Promise<Installed>>} by address */
  #installing = new Map();
  /** @type {Stage} */
  #stage = "download";
  #downloads;
  #interpreter;
  /** @type {Receive | null} */
  #receive = null;
  #line;
  #ready;

  /**
   * Everything is on its way at once.
   * @param {string} base absolute address of the runtime's folder, with a slash at its end
   * @param {Line} line
   */
  constructor(base, line) {
    this.#line = line;
    this.#downloads = new Downloads(base, BUILT, () => this.#tell());
    this.#interpreter = new Interpreter(base, BUILT, this.#downloads, OURS);
    this.#ready = Promise.race([this.#start(), this.#downloads.failed]).catch((error) => {
      // What a download does wrong says so itself; this is something else, even if some are late.
      throw StartError.from(error, this.#stage);
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
   * Bring an app into the interpreter, once; its files are asked for at once.
   * @param {string} href of its folder, or of the file in it
   * @returns {Promise<Installed>}
   */
  install(href) {
    let installing = this.#installing.get(href);
    if (!installing) {
      installing = this.#install(href);
      this.#installing.set(href, installing);
    }
    return installing;
  }

  /** @param {string} href @returns {Promise<Installed>} */
  async #install(href) {
    const app = new App(href, [...this.#apps.values()]);
    this.#apps.set(href, app);
    try {
      const { packages = [] } = await app.description;
      await Promise.all([this.#ready, this.#interpreter.fetch(packages)]);
      await this.#interpreter.add(packages);
      this.#enter("app");
      await app.writeTo(this.#interpreter.python.FS);
      const { module, title } = await app.description;
      return { folder: app.folder, module, title, home: app.base };
    } catch (error) {
      // The next try starts from nothing.
      this.#apps.delete(href);
      this.#installing.delete(href);
      throw StartError.from(error, "app");
    }
  }

  /** Pyodide is started while its files still arrive; until they are here, that is the stage. */
  get #current() {
    const isEarly = this.#stage === "runtime" && this.#downloads.pending.length > 0;
    return isEarly ? "download" : this.#stage;
  }

  async #start() {
    this.#tell();
    requireWebAssembly();
    await this.#interpreter.load(
      () => this.#enter("runtime"),
      (python) => {
        this.#enter("packages");
        this.#connect(python);
      },
    );
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
    pyodide._api.on_fatal = (error) => {
      this.#interpreter.distrust();
      this.#line.died(String(error));
    };
  }

  /** @param {Stage} stage */
  #enter(stage) {
    this.#stage = stage;
    this.#tell();
  }

  #tell() {
    // The first file is begun while this is being made.
    const { received, total } = this.#downloads.state;
    const [waiting] = this.#downloads.pending;
    this.#line.progress({ stage: this.#current, received, total, waiting });
  }
}

/** Where a policy forbids to compile, Pyodide waits for ever: the smallest module tells. */
function requireWebAssembly() {
  const code = "no_webassembly";
  if (typeof WebAssembly !== "object") {
    throw new StartError("runtime", "this browser has no WebAssembly.", { code });
  }
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch (cause) {
    const text =
      "the host's policy forbids WebAssembly: its script-src must have 'wasm-unsafe-eval'.";
    throw new StartError("runtime", text, { code, cause });
  }
}
