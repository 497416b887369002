import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { staying } from "../../js/lis.js";
import { ICONS, payloadKind, WIDGETS } from "../../js/tables.js";
import { Bridge } from "../../js/transport-wasm.js";
import { safeUrl } from "../../js/url.js";
import { encodeEvent, readPatch } from "../../js/wire.js";

/** @param {number[]} items @returns {number[][]} */
function permutations(items) {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) =>
    permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]),
  );
}

/** The longest increasing subsequence's length, by trying all. @param {number[]} order */
function longest(order) {
  let best = 0;
  for (let bits = 0; bits < 1 << order.length; bits++) {
    const chosen = order.filter((value, at) => bits & (1 << at) && value >= 0);
    if (chosen.every((value, at) => at === 0 || chosen[at - 1] < value)) {
      best = Math.max(best, chosen.length);
    }
  }
  return best;
}

describe("longest increasing subsequence", () => {
  it("is as long as brute force finds it, for every order of up to 6, new items among them", () => {
    for (const size of [0, 1, 2, 3, 4, 5, 6]) {
      for (const order of permutations([...Array(size).keys()])) {
        for (const given of [order, order.map((value) => (value === 2 ? -1 : value))]) {
          const kept = given.filter((_, at) => staying(given)[at]);
          assert.equal(kept.length, longest(given));
          assert.deepEqual(kept, [...kept].sort((a, b) => a - b));
          assert.ok(kept.every((value) => value >= 0));
        }
      }
    }
  });
});

describe("URLs", () => {
  /** @type {{url: string, kind: "link" | "image", ok: boolean}[]} */
  const cases = JSON.parse(readFileSync(new URL("../conformance/urls.json", import.meta.url), "utf8"));
  for (const { url, kind, ok } of cases) {
    it(`${ok ? "takes" : "refuses"} ${JSON.stringify(url)} as ${kind}`, () => {
      assert.equal(safeUrl(url, kind), ok);
    });
  }
});

describe("wire", () => {
  it("tells the five kinds of patch by their keys", () => {
    const path = [0];
    const kinds = [
      { path, node: {} }, { path, style: null }, { path, index: 0, node: {} },
      { path, index: 0, nodes: [] }, { path, index: 1 }, { path, order: [] },
    ].map((patch) => readPatch(patch).kind);
    assert.deepEqual(kinds, ["replace", "update", "insert", "insert", "remove", "reorder"]);
  });

  it("leaves out of an event what it has not", () => {
    assert.equal(encodeEvent("resync", { seq: 1, ack: 0 }), '{"kind":"event","data":{"type":"resync"},"seq":1}');
    const full = encodeEvent("click", { id: 3, payload: { alt: true }, seq: 2, ack: 5 });
    assert.equal(full, '{"kind":"event","data":{"type":"click","id":3,"payload":{"alt":true}},"seq":2,"ack":5}');
  });
});

describe("tables", () => {
  it("payload kinds follow widget and wire type", () => {
    const kinds = [["Button", "click"], ["Input", "input"], ["Input", "submit"], ["Form", "submit"], ["Slider", "input"], ["Input", "keydown"], ["Input", "blur"], ["Form", "nothing"], ["toString", "x"]];
    assert.deepEqual(
      kinds.map(([widget, type]) => payloadKind(widget, type)),
      ["pointer", "text", "text", "form", "number", "key", undefined, undefined, undefined],
    );
  });

  it("icons are path data inside a 24 by 24 box's reach", () => {
    for (const [name, path] of Object.entries(ICONS)) {
      assert.match(name, /^[a-z]+(-[a-z]+)*$/);
      assert.match(path, /^M[\d\s.,aAcChHlLmMqQtTvVzZ-]+$/, name);
    }
  });

  it("every prop of every widget has a rule that the client knows", async () => {
    const { SETTERS } = await import("../../js/props.js");
    for (const [type, { props = {} }] of Object.entries(WIDGETS)) {
      for (const rule of Object.values(props)) {
        const name = rule.slice(rule.indexOf("@") + 1).split(":")[0];
        assert.ok(name in SETTERS, `${type}: ${rule}`);
      }
    }
  });
});

describe("the bridge of a page", () => {
  it("carries strings between apps and one pair of functions", () => {
    const bridge = new Bridge();
    /** @type {unknown[]} */
    const calls = [];
    /** @type {string[]} */
    const host = [];
    assert.throws(() => bridge.send(0, "early"), /not connected/);
    bridge.connect((...args) => calls.push(args), (message) => host.push(message));
    const one = bridge.transport(1);
    const two = bridge.transport(2);
    bridge.post(1, "before it listens");
    /** @type {string[]} */
    const heard = [];
    one.onmessage = (message) => heard.push(message);
    bridge.post(1, "a");
    bridge.post(0, "h");
    bridge.post(9, "nobody");
    one.send("x");
    two.send("y");
    assert.deepEqual([heard, host, calls], [["before it listens", "a"], ["h"], [[1, "x"], [2, "y"]]]);
    one.close();
    one.close();
    one.send("z");
    bridge.post(1, "b");
    assert.deepEqual([heard.length, calls.length], [2, 2]);
  });
});
