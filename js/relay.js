/**
 * A transport whose far end may come later, and be another one after that: the client keeps its
 * tree, and what stands in it, while Python is started anew.
 *
 * @typedef {import("./types.js").Transport} Transport
 */

/** @implements {Transport} */
export class Relay {
  /** @type {((text: string) => void) | null} */
  onmessage = null;
  /** @type {Transport | null} */
  #to = null;

  /**
   * Go on with *transport*, and be done with the one before. The client must listen by now.
   * @param {Transport} transport
   * @param {() => void} [first] called after the first frame
   */
  connect(transport, first) {
    this.#to?.close();
    this.#to = transport;
    let isFirst = true;
    transport.onmessage = (text) => {
      this.onmessage?.(text);
      if (isFirst) first?.();
      isFirst = false;
    };
  }

  /** @param {string} text */
  send(text) {
    this.#to?.send(text);
  }

  /**
   * @param {number} seq
   * @param {number} ack
   */
  applied(seq, ack) {
    this.#to?.applied?.(seq, ack);
  }

  close() {
    this.#to?.close();
  }
}
