/**
 * Which of the ways to the server is taken: WebSocket where it opens, server-sent events with POST
 * where something on the way (a proxy, mostly) lets no WebSocket through.
 *
 * @typedef {{send(text: string): void, close(): void}} Carrier It says nothing more once closed.
 * @typedef {{
 *   text(text: string): void, alive(): void, closed(code: number): void,
 * }} Hears `alive`: something came that is no text; `closed` is never called from within `open`.
 * @typedef {(root: URL, opening: object, hears: Hears) => Carrier} Open
 * @typedef {"auto" | "ws" | "sse"} Which
 */

import { openStream } from "./transport-sse.js";
import { openSocket } from "./transport-ws.js";

/** A way that has worked is left, for one try, after so many in vain. */
const IN_VAIN = 3;

export class Carriers {
  /** @type {Open[]} */
  #ways;
  /** @type {Open | undefined} the best of those that have worked */
  #best;
  #current;
  #tries = 0;
  #root;

  /**
   * @param {URL} root the app's, with a slash at its end
   * @param {Which} which
   */
  constructor(root, which) {
    this.#root = root;
    this.#ways = { auto: [openSocket, openStream], ws: [openSocket], sse: [openStream] }[which];
    this.#current = this.#ways[0];
  }

  /**
   * @param {object} opening
   * @param {Hears} hears
   * @returns {Carrier}
   */
  open(opening, hears) {
    this.#current = this.#pick();
    return this.#current(this.#root, opening, hears);
  }

  /** The current one works. */
  opened() {
    this.#tries = 0;
    this.#best = this.#ways.find((way) => way === this.#best || way === this.#current);
  }

  /**
   * The current one did not open.
   * @returns {boolean} is there another, to be tried at once?
   */
  failed() {
    this.#tries++;
    return !this.#best && this.#pick() !== this.#ways[0];
  }

  #pick() {
    const [first] = this.#ways;
    const usual = this.#best ?? first;
    const other = this.#ways.find((way) => way !== usual) ?? usual;
    const every = this.#best ? IN_VAIN + 1 : 2;
    return this.#tries % every === every - 1 ? other : usual;
  }
}
