/**
 * The page's side of app 0, the channel on which apps are started and stopped and bytes are
 * asked for. The messages are listed in tempestweb_wasm/browser/bridge.py.
 *
 * @typedef {import("./mount.js").Request} Request
 * @typedef {import("./hydrate.js").Hydration} Hydration
 * @typedef {{
 *   op: "started", app: number, title?: string, restored?: boolean,
 * } | {
 *   op: "failed", app: number, code: string, message: string, detail?: string,
 * } | {
 *   op: "read", app: number, call: number, ref: number, start?: number, end?: number,
 * } | import("./keeping.js").Message} Message
 */

import { Keeping } from "./keeping.js";
import { Mount } from "./mount.js";
import { adoptStyles } from "./sheets.js";
import { StartError } from "./starterror.js";
import { Bridge } from "./transport-wasm.js";

/** Milliseconds that the first view of an app may take. */
const PATIENCE = 60_000;

/** The apps that one interpreter runs on this page. */
export class Host {
  /** @type {Map<number, Mount>} */
  #mounts = new Map();
  #bridge = new Bridge();
  #keeping = new Keeping(
    (message) => this.#tell(message),
    (app) => this.#mounts.has(app),
  );
  #count = 0;
  #isLost = false;
  #patience;
  #stuck;

  /**
   * @param {{patience?: number, stuck?: () => void}} [options] `stuck` is called when no app is
   *   left because the last one's first view never came
   */
  constructor({ patience = PATIENCE, stuck } = {}) {
    this.#patience = patience;
    this.#stuck = stuck;
  }

  /** What Python calls; for its `attach`. */
  get post() {
    return this.#bridge.post;
  }

  /** @param {(app: number, text: string, bytes?: Uint8Array) => void} receive Python's way in */
  connect(receive) {
    this.#bridge.connect(receive, (text) => this.#hear(JSON.parse(text)));
  }

  /**
   * Start an app in *target*, or in *shadow*.
   * @param {Element} target
   * @param {Request} request
   * @param {ShadowRoot | null} [shadow]
   * @param {(error: StartError) => void} [fail] shows why an app that was there is no more
   * @param {Hydration | null} [shown] what has adopted the page's HTML
   * @returns {Mount}
   */
  mount(target, request, shadow = null, fail, shown = null) {
    const mount = new Mount(target, shadow, request, fail, shown);
    this.#start(mount);
    return mount;
  }

  /** Python has died: what its apps show stays, but takes nothing. */
  lost() {
    this.#isLost = true;
    this.#bridge.disconnect();
    for (const mount of this.#mounts.values()) mount.hold(true);
  }

  /**
   * Python has been at one thing for long; null when it goes on.
   * @param {(() => void) | null} restart ends it, for another one
   */
  busy(restart) {
    for (const mount of this.#mounts.values()) mount.busy(restart);
  }

  /**
   * There is another Python: start every app anew.
   * @param {readonly {folder: string, module: string, home: string}[]} installed
   */
  again(installed) {
    this.#isLost = false;
    const mounts = [...this.#mounts.values()];
    this.#mounts.clear();
    for (const mount of mounts) {
      mount.moveTo(installed);
      this.#start(mount);
    }
  }

  /**
   * There is none, for a reason.
   * @param {StartError} error
   */
  giveUp(error) {
    for (const mount of this.#mounts.values()) mount.fail(error);
    this.#mounts.clear();
  }

  /** @param {Mount} mount */
  #start(mount) {
    const app = ++this.#count;
    this.#mounts.set(app, mount);
    const end = () => {
      this.#mounts.delete(app);
      if (!this.#isLost) this.#tell({ op: "stop", app });
    };
    const late = () => {
      const seconds = Math.round(this.#patience / 1000);
      const text = `its first view did not come for ${seconds} seconds: try again.`;
      end();
      mount.fail(new StartError("app", text, { code: "timed_out" }));
      if (this.#mounts.size === 0) this.#stuck?.();
    };
    mount.begin(this.#bridge.transport(app), end, setTimeout(late, this.#patience));
    // One that comes while there is no Python is started with all others.
    if (!this.#isLost) this.#tell({ op: "start", app, ...mount.request });
  }

  /**
   * Put the client's own style sheets into the document, for a page that has no links to them.
   * @param {string[]} texts
   */
  adoptStyles(...texts) {
    adoptStyles(document, texts);
  }

  /**
   * @param {object} message
   * @param {Uint8Array} [bytes]
   */
  #tell(message, bytes) {
    this.#bridge.send(0, JSON.stringify(message), bytes);
  }

  /** @param {Message} message */
  #hear(message) {
    const mount = this.#mounts.get(message.app);
    switch (message.op) {
      case "started":
        return mount?.started(message.restored);
      case "failed":
        this.#mounts.delete(message.app);
        return mount?.failed(message);
      case "read":
        return void this.#read(message, mount?.file(message.ref));
      case "load":
      case "save":
      case "set_aside":
      case "taken":
      case "outdated":
        if (message.op === "outdated") mount?.outdated();
        return this.#keeping.hear(message, mount?.key ?? "");
      default:
        throw new Error(`the host channel has no op ${JSON.stringify(message)}`);
    }
  }

  /**
   * @param {Message & {op: "read"}} message
   * @param {File} [file]
   */
  async #read({ call, start = 0, end }, file) {
    try {
      if (!file) throw new Error("the file is no longer there");
      const buffer = await file.slice(start, end ?? file.size).arrayBuffer();
      this.#tell({ op: "bytes", call }, new Uint8Array(buffer));
    } catch (error) {
      // A picked file may have been moved or changed since; Python raises it in the handler.
      this.#tell({ op: "bytes", call, error: String(error) });
    }
  }
}
