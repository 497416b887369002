/**
 * The carrier of a page: one pair of functions for all apps on it, strings only, so that the same
 * code serves Python on the page's own thread and in a worker.
 *
 * @typedef {import("./types.js").Transport} Transport
 * @typedef {(app: number, text: string) => void} Post
 * @typedef {(app: number, text: string, bytes?: Uint8Array) => void} Receive Bytes go beside a
 *   message of the host channel, never in a frame.
 */

/** What Python and the clients of one page call each other through. */
export class Bridge {
  /** @type {Map<number, WasmTransport>} */
  #apps = new Map();
  /** @type {Receive | null} */
  #receive = null;
  /** @type {((text: string) => void) | null} */
  #host = null;

  /**
   * Python's way in: hand its `attach` this function. App 0 is the host channel.
   * @type {Post}
   */
  post = (app, text) => {
    if (app === 0) this.#host?.(text);
    else this.#apps.get(app)?.deliver(text);
  };

  /**
   * @param {Receive} receive Python's `receive`, the page's one live proxy
   * @param {(text: string) => void} host hears the host channel
   */
  connect(receive, host) {
    this.#receive = receive;
    this.#host = host;
  }

  /** Python is gone: what is sent goes nowhere. */
  disconnect() {
    this.#receive = () => {};
  }

  /**
   * Send to an app, or to the host channel (0). What is sent before `connect` is refused.
   * @type {Receive}
   */
  send(app, text, bytes) {
    if (this.#receive === null) throw new Error("the bridge is not connected to Python yet");
    if (bytes === undefined) this.#receive(app, text);
    else this.#receive(app, text, bytes);
  }

  /**
   * The transport of one app; frames that arrive before its client listens are kept.
   * @param {number} app
   * @returns {WasmTransport}
   */
  transport(app) {
    const made = new WasmTransport((text) => this.send(app, text), () => this.#apps.delete(app));
    this.#apps.set(app, made);
    return made;
  }
}

/** @implements {Transport} */
export class WasmTransport {
  /** @type {string[]} */
  #early = [];
  /** @type {((text: string) => void) | null} */
  #onmessage = null;
  #closed = false;
  /** What hears what is not the client's. @type {import("./natively.js").Natively | null} */
  native = null;
  #send;
  #closing;

  /**
   * @param {(text: string) => void} send
   * @param {() => void} [closing] called once when the client closes it
   */
  constructor(send, closing) {
    this.#send = send;
    this.#closing = closing;
  }

  get onmessage() {
    return this.#onmessage;
  }

  set onmessage(listener) {
    this.#onmessage = listener;
    while (this.#onmessage !== null && this.#early.length > 0) {
      this.deliver(/** @type {string} */ (this.#early.shift()));
    }
  }

  /** @param {string} text */
  send(text) {
    if (!this.#closed) this.#send(text);
  }

  /** A frame from Python. @param {string} text */
  deliver(text) {
    if (this.#closed) return;
    const take = this.#onmessage;
    if (take === null) this.#early.push(text);
    else if (this.native) this.native.hear(text, (one) => take(one) ?? true);
    else take(text);
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#onmessage = null;
    this.native?.stop();
    this.#early.length = 0;
    this.#closing?.();
  }
}
