/**
 * One app on the page, from its start to its end: Python may be another one in between.
 *
 * @typedef {import("./hydrate.js").Hydration} Hydration
 * @typedef {import("./transport-wasm.js").WasmTransport} WasmTransport
 * @typedef {import("./host.js").Message} Message
 * @typedef {{path: string, query: Record<string, string>, locale: string}} Context
 * @typedef {{
 *   folder?: string, module?: string, given?: number, context?: Context, dev?: boolean,
 *   home?: string,
 * }} Request What to start: the module in a folder, or what Python's run() was given. `home` is
 *   the address of the app's files.
 */

import { Client } from "./client.js";
import { FIRST_FRAME } from "./differences.js";
import { Edits } from "./edits.js";
import { showFailure } from "./failure.js";
import { Natively } from "./natively.js";
import { notice } from "./notice.js";
import { Relay } from "./relay.js";
import { StartError } from "./starterror.js";

/** What the user is told when an app had to be started once more. */
const RESTARTED = "The app stopped and was started again";
const KEPT = ", with what was saved last.";
const LOST = ", from its beginning.";
const BUSY = "The app is busy.";
const OUTDATED = "A newer version of this app is in use. Reload to get it: until then nothing is saved.";

export class Mount {
  /** @type {Client | null} */
  #client = null;
  /** @type {Element | null} */
  #screen = null;
  #over = false;
  /** @type {Element | null} */
  #busy = null;
  /** @type {Element | null} */
  #outdated = null;
  #target;
  #shadow;
  #fail;
  #shown;
  /** @type {WasmTransport | null} */
  #transport = null;
  /** The client's: it stays where Python is started anew. */
  #relay = new Relay();
  #end = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #late;
  /** @type {() => void} */
  #resolve = () => {};
  /** @type {(error: unknown) => void} */
  #reject = () => {};

  /**
   * @param {Element} target
   * @param {ShadowRoot | null} shadow
   * @param {Request} request
   * @param {(error: StartError) => void} [fail]
   * @param {Hydration | null} [shown]
   */
  constructor(target, shadow, request, fail, shown = null) {
    this.#target = target;
    this.#shadow = shadow;
    this.#fail = fail;
    this.#shown = shown;
    this.request = request;
    /** Settles when the app is on the page, or can't be. @type {Promise<void>} */
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // It tells those who wait; nobody has to.
    this.ready.catch(() => {});
  }

  /**
   * Wait for Python's first view; what an earlier one left is shown until then.
   * @param {WasmTransport} transport
   * @param {() => void} end tells Python
   * @param {ReturnType<typeof setTimeout>} late is cleared when Python answers
   */
  begin(transport, end, late) {
    clearTimeout(this.#late);
    this.#transport = transport;
    this.#end = end;
    this.#late = late;
  }

  /** @param {readonly {folder: string, module: string, home: string}[]} installed */
  moveTo(installed) {
    const { home, module } = this.request;
    const now = installed.find((app) => app.home === home && app.module === module);
    if (now) this.request = { ...this.request, folder: now.folder };
  }

  /**
   * What its state is stored under: two pages with the same app have the same, and so have two
   * elements with the same `src`, query and all.
   */
  get key() {
    const { home, module, given, context } = this.request;
    const query = this.#shadow && String(new URLSearchParams(context?.query));
    const name = `${home ?? location.href.replace(/[?#].*/, "")} ${module ?? given}`;
    return query ? `${name}?${query}` : name;
  }

  /**
   * Python has the first view, and its frame comes next.
   * @param {boolean} [isRestored] with the state that was saved
   */
  started(isRestored = false) {
    if (this.#over || !this.#transport) return;
    clearTimeout(this.#late);
    this.hold(false);
    this.#transport.native = new Natively({
      app: this.key,
      root: this.#shadow ?? this.#target,
      client: () => this.#client,
      line: this.#transport,
    });
    if (this.#client) {
      this.#goOn(this.#client, this.#transport);
      this.#client.notify(RESTARTED + (isRestored ? KEPT : LOST));
    } else {
      this.#client = this.#shown?.connect(this.#relay) ?? this.#newClient();
      this.#shown = null;
      this.#relay.connect(this.#transport);
    }
    this.#resolve();
  }

  /**
   * Another Python comes to what *client* shows; it is told what was typed.
   * @param {Client} client
   * @param {WasmTransport} transport
   */
  #goOn(client, transport) {
    client.renew(0, []);
    const edits = new Edits(client.tree);
    this.#relay.connect(transport, () => edits.tell(client.tree));
  }

  #newClient() {
    const { dev = false, home } = this.request;
    const shadow = this.#shadow;
    const client = new Client(this.#target, { transport: this.#relay, dev, shadow, home });
    client.start();
    if (dev) this.#tellFirst();
    return client;
  }

  #tellFirst() {
    const take = this.#relay.onmessage;
    this.#relay.onmessage = (text) => {
      this.#relay.onmessage = take;
      take?.(text);
      this.#target.dispatchEvent(new CustomEvent(FIRST_FRAME, { detail: text }));
    };
  }

  /** @param {Message & {op: "failed"}} failure */
  failed({ code, message, detail }) {
    this.fail(StartError.again({ stage: "app", code, message, detail }));
  }

  /** The app is over: whoever started it says why. @param {StartError} error */
  fail(error) {
    if (this.#over) return;
    this.#over = true;
    this.#close();
    if (this.request.given !== undefined) {
      this.#screen = showFailure(this.#target, error, this.request);
    } else if (this.#client) {
      // Nobody waits for `ready` any more.
      this.#fail?.(error);
    }
    this.#reject(error);
  }

  /** @param {(() => void) | null} restart */
  busy(restart) {
    this.#busy?.remove();
    this.#busy = null;
    if (!restart) return;
    const wait = () => this.busy(null);
    const buttons = /** @type {[string, () => void][]} */ ([["Restart", restart], ["Wait", wait]]);
    this.#busy = notice(BUSY, buttons, this.#shadow ?? document.body);
  }

  /** What is stored is not to be written over by this version. */
  outdated() {
    const reload = () => location.reload();
    this.#outdated ??= notice(OUTDATED, [["Reload", reload]], this.#shadow ?? document.body);
  }

  /**
   * Let nothing be done with what is shown, or let it again.
   * @param {boolean} isHeld
   */
  hold(isHeld) {
    this.busy(null);
    this.#target.toggleAttribute("inert", isHeld);
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
    this.#close();
    this.#end();
    this.#reject(new DOMException("the app was stopped before it was ready", "AbortError"));
  }

  #close() {
    clearTimeout(this.#late);
    this.#client?.stop();
    this.#transport?.close();
    this.#outdated?.remove();
    this.hold(false);
  }
}
