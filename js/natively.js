/**
 * What Python asks of the browser beside showing the app is for native.js, which is fetched when it
 * is first needed.
 *
 * @typedef {import("./native.js").Native} Native
 * @typedef {import("./native.js").Surroundings} Surroundings
 */

import { loaded } from "./held.js";

/** What native.js must be; whoever puts the files into place writes it here. */
const INTEGRITY = "%native-integrity%";

/** One app's. */
export class Natively {
  /** @type {Promise<Native> | undefined} */
  #native;
  #around;

  /** @param {Surroundings} around */
  constructor(around) {
    this.#around = around;
  }

  /**
   * Take a frame, if any of it is not the client's; that of a command *after* the client has.
   * @param {string} text
   * @param {(text: string) => unknown} client returns whether the frame is new
   */
  hear(text, client) {
    // Python's encoder writes this first.
    const isCall = /^{"kind":"(native_|read")/.test(text);
    const isNew = isCall || client(text);
    if (isCall || (isNew && text.startsWith('{"commands"'))) void this.#pass(JSON.parse(text));
  }

  /** End what goes on. */
  stop() {
    this.#native?.then((native) => native.stop());
  }

  /** @param {any} frame */
  async #pass(frame) {
    try {
      this.#native ??= fetched().then(({ Native }) => new Native(this.#around));
      (await this.#native).take(frame);
    } catch (error) {
      this.#native = undefined;
      console.error(error);
      const { call_id = frame.sub_id } = frame;
      const answer = { kind: "native_result", call_id, ok: false, message: String(error) };
      if (call_id) this.#around.line.send(JSON.stringify(answer));
    }
  }
}

/** @returns {Promise<typeof import("./native.js")>} */
async function fetched() {
  const { href } = new URL("./native.js", import.meta.url);
  try {
    return await loaded(href, INTEGRITY);
  } catch {
    // Another file of that name may be in the HTTP cache: ask past it, once.
    await fetch(href, { integrity: INTEGRITY, cache: "reload" });
    return loaded(href, INTEGRITY);
  }
}
