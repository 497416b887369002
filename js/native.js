/**
 * What Python asks of the browser beside showing the app: calls, streams, commands, and bytes of
 * picked files on a server. This file is fetched when an app first needs it.
 *
 * Python asks again on each new line, until it has the answer. A call runs once all the same: what
 * it led to is remembered, and said again.
 *
 * @typedef {{
 *   app: string, root: Element | ShadowRoot, client(): import("./client.js").Client | null,
 *   line: {send(text: string): void, limits?: {frame: number}, session?: string},
 * }} Surroundings What an app stands in: a name of its own among those of the host (on a server its
 *   path), the element that holds it, and the line to Python, with how many bytes an answer may have.
 * @typedef {{n: number, text: string, stop(): void}} Stream `text` is what it said last
 * @typedef {{kind: "native_call", call_id: number, capability: string, args: any}} CallFrame
 * @typedef {{kind: "native_subscribe", sub_id: number, capability: string, args: any}} StreamFrame
 * @typedef {{kind: "native_unsubscribe", sub_id: number}} EndFrame
 * @typedef {import("./uploads.js").Wanted & {kind: "read"}} ReadFrame
 * @typedef {{name: string, args: any}} Command
 * @typedef {{kind: "patches", commands: Command[]}} CommandFrame
 */

import { CALLS } from "./capabilities.js";
import { COMMANDS } from "./commands.js";
import { failureOf } from "./refused.js";
import { STREAMS } from "./streams.js";
import { Uploads } from "./uploads.js";

/** More than the calls that a session may have open: those alone are asked for again. */
const MOST_ANSWERS = 128;
const MOST_STREAMS = 64;

export class Native {
  /** @type {Map<number, string>} by call, in their order; nothing while it runs */
  #answers = new Map();
  /** @type {Map<number, Stream>} */
  #streams = new Map();
  /** @type {Uploads | undefined} */
  #uploads;
  #around;

  /** @param {Surroundings} around */
  constructor(around) {
    this.#around = around;
  }

  /** @param {CallFrame | StreamFrame | EndFrame | ReadFrame | CommandFrame} frame */
  take(frame) {
    switch (frame.kind) {
      case "native_call":
        return void this.#call(frame);
      case "native_subscribe":
        return this.#subscribe(frame);
      case "native_unsubscribe":
        return this.#unsubscribe(frame);
      case "read":
        return this.#upload(frame);
      case "patches":
        return frame.commands.forEach((command) => this.#command(command));
      default:
        return console.warn(`tempestweb: ignored ${JSON.stringify(frame)}`);
    }
  }

  /** End what goes on. Harmless twice. */
  stop() {
    for (const id of [...this.#streams.keys()]) this.#end(id);
  }

  /** @param {CallFrame} frame */
  async #call({ call_id, capability, args }) {
    const known = this.#answers.get(call_id);
    if (known) this.#around.line.send(known);
    if (known !== undefined) return;
    this.#answers.set(call_id, "");
    /** @type {Record<string, unknown>} */
    let answer;
    try {
      const call = named(CALLS, capability);
      answer = { ok: true, value: (await call(args, this.#around)) ?? null };
    } catch (error) {
      answer = { ok: false, ...failureOf(error) };
    }
    const text = this.#fitting({ kind: "native_result", call_id, ...answer });
    this.#answers.set(call_id, text);
    for (const [id, said] of this.#answers) {
      if (this.#answers.size <= MOST_ANSWERS) break;
      if (said) this.#answers.delete(id);
    }
    this.#around.line.send(text);
  }

  /** @param {StreamFrame} frame */
  #subscribe({ sub_id, capability, args }) {
    const known = this.#streams.get(sub_id);
    if (known?.text) this.#around.line.send(known.text);
    if (known) return;
    /** @type {Stream} */
    // Not from 1: the page of before may have counted, and this session heard it.
    const stream = { n: Date.now(), text: "", stop: () => {} };
    /** @param {object} said */
    const say = (said) => {
      if (this.#streams.get(sub_id) !== stream) return;
      stream.text = this.#fitting({ kind: "native_event", sub_id, n: ++stream.n, ...said });
      this.#around.line.send(stream.text);
    };
    this.#streams.set(sub_id, stream);
    const tell = {
      event: (/** @type {unknown} */ event) => say({ event }),
      error: (/** @type {unknown} */ error) => say(failureOf(error)),
    };
    try {
      if (this.#streams.size > MOST_STREAMS) throw new Error(`${MOST_STREAMS} streams are open`);
      stream.stop = named(STREAMS, capability)(args, tell);
    } catch (error) {
      tell.error(error);
    }
  }

  /** @param {EndFrame} frame */
  #unsubscribe({ sub_id }) {
    this.#end(sub_id);
    // Also of one that is unknown here: the answer may have been lost.
    this.#around.line.send(JSON.stringify({ kind: "native_result", call_id: sub_id, ok: true }));
  }

  /** @param {number} id */
  #end(id) {
    this.#streams.get(id)?.stop();
    this.#streams.delete(id);
  }

  /** @param {ReadFrame} frame */
  #upload(frame) {
    const { app, client, line } = this.#around;
    const file = (/** @type {number} */ ref) => client()?.file(ref);
    this.#uploads ??= new Uploads(new URL(app, location.href), file);
    void this.#uploads.send(line.session ?? "", frame);
  }

  /** @param {Command} command */
  #command({ name, args }) {
    try {
      named(COMMANDS, name)(args, this.#around);
    } catch (error) {
      console.error(`tempestweb: the command ${name} failed:`, error);
    }
  }

  /** @param {Record<string, unknown>} answer @returns {string} */
  #fitting(answer) {
    const text = JSON.stringify(answer);
    const most = this.#around.line.limits?.frame ?? Infinity;
    if (text.length * 3 <= most || new TextEncoder().encode(text).length <= most) return text;
    const { kind, call_id, sub_id, n } = answer;
    const message = `the answer is longer than the ${most} bytes that the server takes`;
    return JSON.stringify({ kind, call_id, sub_id, n, ok: false, error: "failed", message });
  }
}

/**
 * @template T
 * @param {Record<string, T>} table
 * @param {string} name
 * @returns {T}
 */
function named(table, name) {
  if (Object.hasOwn(table, name)) return table[name];
  throw new DOMException(`this page does not know ${name}: reload it`, "NotSupportedError");
}
