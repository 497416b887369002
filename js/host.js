/**
 * The page's side of app 0, the channel on which apps are started and stopped and bytes are
 * asked for. The messages are listed in tempestweb_wasm/browser/bridge.py.
 *
 * @typedef {{path: string, query: Record<string, string>, locale: string}} Context
 * @typedef {{
 *   folder?: string, module?: string, given?: number, context?: Context, dev?: boolean,
 *   home?: string,
 * }} Request What to start: the module in a folder, or what Python's run() was given. `home` is
 *   the address of the app's files.
 * @typedef {{
 *   op: "started", app: number, title?: string,
 * } | {
 *   op: "failed", app: number, code: string, message: string, detail?: string,
 * } | {
 *   op: "read", app: number, call: number, ref: number, start?: number, end?: number,
 * }} Message
 */

import { Client } from "./client.js";
import { showFailure } from "./failure.js";
import { adoptStyles } from "./sheets.js";
import { StartError } from "./starterror.js";
import { Bridge } from "./transport-wasm.js";

/** The apps that one interpreter runs on this page. */
export class Host {
  /** @type {Map<number, Mount>} */
  #mounts = new Map();
  #bridge = new Bridge();
  #count = 0;

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
   * @returns {Mount}
   */
  mount(target, request, shadow = null) {
    const app = ++this.#count;
    const transport = this.#bridge.transport(app);
    const mount = new Mount(target, shadow, request, transport, () => {
      this.#mounts.delete(app);
      this.#tell({ op: "stop", app });
    });
    this.#mounts.set(app, mount);
    this.#tell({ op: "start", app, ...request });
    return mount;
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
        return mount?.started();
      case "failed":
        this.#mounts.delete(message.app);
        return mount?.failed(message);
      case "read":
        return void this.#read(message, mount?.file(message.ref));
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

/** One app on the page. */
export class Mount {
  /** @type {Client | null} */
  #client = null;
  /** @type {Element | null} */
  #screen = null;
  #over = false;
  #target;
  #shadow;
  #request;
  #transport;
  #end;
  /** @type {() => void} */
  #resolve = () => {};
  /** @type {(error: unknown) => void} */
  #reject = () => {};

  /**
   * @param {Element} target
   * @param {ShadowRoot | null} shadow
   * @param {Request} request
   * @param {import("./transport-wasm.js").WasmTransport} transport
   * @param {() => void} end tells Python
   */
  constructor(target, shadow, request, transport, end) {
    this.#target = target;
    this.#shadow = shadow;
    this.#request = request;
    this.#transport = transport;
    this.#end = end;
    /** Settles when the app is on the page, or can't be. @type {Promise<void>} */
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // It tells those who wait; nobody has to.
    this.ready.catch(() => {});
  }

  /** Python has the first view, and its frame comes next. */
  started() {
    if (this.#over) return;
    const { dev = false, home } = this.#request;
    const options = { transport: this.#transport, dev, shadow: this.#shadow, home };
    this.#client = new Client(this.#target, options);
    this.#client.start();
    this.#resolve();
  }

  /** @param {Message & {op: "failed"}} failure */
  failed({ code, message, detail }) {
    this.#over = true;
    this.#transport.close();
    const error = new StartError("app", message, { code, detail });
    // Whoever started it from JS shows it in its own way.
    if (this.#request.given !== undefined) {
      this.#screen = showFailure(this.#target, error, this.#request);
    }
    this.#reject(error);
  }

  /** @param {number} ref */
  file(ref) {
    return this.#client?.file(ref);
  }

  /** End the app and take it off the page. Harmless twice. */
  stop() {
    this.#screen?.remove();
    if (this.#over) return;
    this.#over = true;
    if (this.#client) this.#client.stop();
    else this.#transport.close();
    this.#end();
    this.#reject(new DOMException("the app was stopped before it was ready", "AbortError"));
  }
}
