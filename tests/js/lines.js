/**
 * A line for tests: carriers by hand, and a clock that is moved.
 */

import { mock } from "node:test";

import { Line } from "../../js/line.js";

/** Every wait of the line's, at its longest. */
export const LONGEST = 15_000;

/** Time stands still, and what is random is at its most. */
export function holdTime() {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  mock.method(Math, "random", () => 1);
  mock.method(console, "error", () => {});
}

export function releaseTime() {
  mock.timers.reset();
  mock.restoreAll();
}

/**
 * A line, the carriers that it opened, and what it told.
 * @param {{start?: object, isOther?: boolean}} [options] `isOther`: there is a second way
 */
export function openLine({ start = { session: "s", epoch: 1, token: "t", applied: 1 }, isOther = false } = {}) {
  /** @type {any[]} */
  const opened = [];
  /** @type {any[]} */
  const told = [];
  /** @type {any[]} */
  const got = [];
  let works = 0;
  const carriers = {
    /** @param {object} opening @param {any} hears */
    open(opening, hears) {
      /** @type {any[]} */
      const sent = [];
      const carrier = {
        opening, hears, sent, isClosed: false,
        /** @param {string} text */
        send: (text) => void sent.push(JSON.parse(text)),
        close: () => (carrier.isClosed = true),
        /** @param {object} [more] */
        hello: (more) =>
          hears.text(JSON.stringify({ kind: "hello", protocol: 1, session: "s", epoch: 1, ack: 0, ...more })),
        /** @param {object} frame */
        frame: (frame) => hears.text(JSON.stringify(frame)),
      };
      opened.push(carrier);
      return carrier;
    },
    opened: () => void works++,
    failed: () => isOther && works === 0 && opened.length % 2 === 1,
  };
  /** @type {boolean[]} what the line said of each frame */
  const isNew = [];
  const line = new Line(/** @type {any} */ (carriers), start, {
    renew: (ack, again, isLost) => void told.push({ ack, again, isLost }),
    whole: () => void told.push("whole"),
    status: (status) => void told.push(status),
    tooLong: () => void told.push("too long"),
    frame: (text, take) => void isNew.push(take(text)),
  });
  line.onmessage = (text) => void got.push(JSON.parse(text));
  return {
    line, opened, told, got, isNew,
    last: () => opened[opened.length - 1],
    /** @param {number} seq @param {object} [data] */
    event: (seq, data = { type: "click", id: 7 }) => line.send(JSON.stringify({ kind: "event", data, seq })),
  };
}

/** The numbers of the events among *frames*. */
export const seqs = (/** @type {any[]} */ frames) => frames.filter(({ kind }) => kind === "event").map(({ seq }) => seq);
