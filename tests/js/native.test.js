/** What Python asks of the browser: once each, whatever lines do. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Native } from "../../js/native.js";

/** @param {{frame?: number}} [options] */
function openNative({ frame } = {}) {
  /** @type {any[]} */
  const sent = [];
  const line = {
    /** @param {string} text */
    send: (text) => void sent.push(JSON.parse(text)),
    limits: frame === undefined ? undefined : { frame },
  };
  const native = new Native({ app: "/", root: /** @type {any} */ ({}), client: () => null, line });
  return { native, sent };
}

/** @param {object} parts */
function giveBrowser(parts) {
  for (const [name, value] of Object.entries(parts)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
/** @param {number} call_id @param {string} capability @param {object} [args] */
const call = (call_id, capability, args = {}) =>
  /** @type {any} */ ({ kind: "native_call", call_id, capability, args });

describe("a call of the browser", () => {
  it("runs once, and its answer is said again to who asks again", async () => {
    let reads = 0;
    giveBrowser({ navigator: { clipboard: { readText: () => `text ${++reads}` } } });
    const { native, sent } = openNative();
    const frame = call(7, "clipboard.read_text");
    native.take(frame);
    native.take(frame);
    await settled();
    native.take(frame);
    const answer = { kind: "native_result", call_id: 7, ok: true, value: "text 1" };
    assert.deepEqual(sent, [answer, answer]);
  });

  it("is refused with the browser's own reason", async () => {
    const readText = () => Promise.reject(new DOMException("not in front", "NotAllowedError"));
    giveBrowser({ navigator: { clipboard: { readText } }, isSecureContext: true });
    const { native, sent } = openNative();
    native.take(call(1, "clipboard.read_text"));
    native.take(call(2, "toString"));
    native.take(call(3, "share"));
    await settled();
    const said = Object.fromEntries(sent.map(({ call_id, ...more }) => [call_id, more]));
    assert.deepEqual([1, 2, 3].map((id) => said[id].error), ["denied", "unsupported", "unsupported"]);
    assert.equal(said[1].message, "NotAllowedError: not in front");
  });

  it("is answered shortly where the answer is longer than the server takes", async () => {
    giveBrowser({ navigator: { clipboard: { readText: () => "ü".repeat(600) } } });
    const { native, sent } = openNative({ frame: 1000 });
    native.take(call(1, "clipboard.read_text"));
    await settled();
    assert.equal(sent[0].error, "failed");
    assert.match(sent[0].message, /longer than the 1000 bytes/);
  });

  it("is remembered for as long as it can be asked for again", async () => {
    let reads = 0;
    giveBrowser({ navigator: { clipboard: { readText: () => ++reads } } });
    const { native } = openNative();
    for (let id = 1; id <= 129; id++) native.take(call(id, "clipboard.read_text"));
    await settled();
    native.take(call(2, "clipboard.read_text"));
    await settled();
    assert.equal(reads, 129);
    native.take(call(1, "clipboard.read_text"));
    await settled();
    assert.equal(reads, 130, "the oldest is forgotten");
  });
});

describe("a stream of the browser", () => {
  /** @param {number} sub_id */
  const follow = (sub_id) =>
    /** @type {any} */ ({ kind: "native_subscribe", sub_id, capability: "geolocation.watch", args: {} });

  it("goes on for who asks again, and says how things are now", () => {
    /** @type {(found: object) => void} */
    let found = () => {};
    let watches = 0;
    /** @type {number[]} */
    const cleared = [];
    const geolocation = {
      /** @param {(found: object) => void} one */
      watchPosition: (one) => {
        found = one;
        return ++watches;
      },
      /** @param {number} id */
      clearWatch: (id) => void cleared.push(id),
    };
    giveBrowser({ navigator: { geolocation }, isSecureContext: true });
    const { native, sent } = openNative();
    native.take(follow(5));
    native.take(follow(5));
    assert.equal(sent.length, 0);
    found({ coords: { latitude: 1, longitude: 2, accuracy: 3 }, timestamp: 0 });
    native.take(follow(5));
    assert.deepEqual(sent.map(({ sub_id, event }) => [sub_id, event.latitude]), [[5, 1], [5, 1]]);
    assert.equal(sent[0].n, sent[1].n);
    assert.equal(watches, 1);
    const end = /** @type {const} */ ({ kind: "native_unsubscribe", sub_id: 5 });
    native.take(end);
    found({ coords: {}, timestamp: 0 });
    native.take(end);
    native.stop();
    assert.deepEqual(cleared, [1]);
    const known = { kind: "native_result", call_id: 5, ok: true };
    assert.deepEqual(sent.slice(2), [known, known], "who asks for its end hears of it, each time");
  });

  it("goes on in a new page with numbers above those of the page before", async () => {
    /** @type {((found: object) => void)[]} */
    const watches = [];
    /** @param {(found: object) => void} one */
    const watchPosition = (one) => watches.push(one);
    giveBrowser({ navigator: { geolocation: { watchPosition } }, isSecureContext: true });
    const at = { coords: { latitude: 1, longitude: 2, accuracy: 3 }, timestamp: 0 };
    const one = openNative();
    one.native.take(follow(5));
    for (let count = 0; count < 3; count++) watches[0](at);
    const opened = Date.now();
    while (Date.now() < opened + 5) await settled();
    const other = openNative();
    other.native.take(follow(5));
    watches[1](at);
    assert.ok(other.sent[0].n > one.sent[2].n);
  });

  it("that can't be had ends with the reason", () => {
    giveBrowser({ navigator: {}, isSecureContext: false });
    const { native, sent } = openNative();
    native.take(follow(1));
    assert.equal(sent[0].error, "unsupported");
    assert.match(sent[0].message, /needs https/);
  });

  it("of the wake lock has one request at a time, and waits for a page that is hidden meanwhile", async () => {
    const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
    /** @type {((said: Promise<object>) => void)[]} */
    const asked = [];
    const wakeLock = { request: () => new Promise((resolve) => asked.push(resolve)) };
    giveBrowser({ navigator: { wakeLock }, document, isSecureContext: true });
    const { native, sent } = openNative();
    native.take(/** @type {any} */ ({ kind: "native_subscribe", sub_id: 1, capability: "wake_lock", args: {} }));
    document.dispatchEvent(new Event("visibilitychange"));
    assert.equal(asked.length, 1);
    document.visibilityState = "hidden";
    asked[0](Promise.reject(new DOMException("hidden", "NotAllowedError")));
    await settled();
    assert.deepEqual(sent, []);
    document.visibilityState = "visible";
    document.dispatchEvent(new Event("visibilitychange"));
    assert.equal(asked.length, 2);
    let released = 0;
    asked[1](Promise.resolve({ release: () => released++ }));
    await settled();
    assert.deepEqual(sent.map(({ event }) => event), [true]);
    native.stop();
    assert.equal(released, 1);
  });
});
