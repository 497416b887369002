import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";

import { cut } from "../../js/parts.js";
import { holdTime, LONGEST, openLine, releaseTime, seqs } from "./lines.js";

/** @param {object} frame @returns {number} bytes */
const size = (frame) => new TextEncoder().encode(JSON.stringify(frame)).length;

/** @param {{text: string}[]} parts @returns {string} */
const joined = (parts) => parts.map(({ text }) => text).join("");

beforeEach(holdTime);
afterEach(releaseTime);

describe("opening", () => {
  it("says whose page it is, and what it shows already", () => {
    const { line, last } = openLine({ start: { session: "s", epoch: 1, token: "t", applied: 1, page: "/a?b" } });
    line.wake();
    assert.deepEqual(last().opening, { session: "s", epoch: 1, token: "t", applied: 1, page: "/a?b", sent: 0 });
  });

  it("lets the client begin where nothing is missing", () => {
    const { line, last, got, told } = openLine();
    line.wake();
    last().hello();
    assert.deepEqual(got, [{ kind: "patches", data: [] }]);
    assert.deepEqual(told, ["online"]);
  });

  it("tells the client that another session begins, and keeps what the page knows of the old", () => {
    const { line, last, told } = openLine();
    line.wake();
    last().hello({ session: "new", ack: 0 });
    assert.deepEqual(told, [{ ack: 0, again: [], isLost: false }, "online"]);
  });

  it("counts on from what its session knows, where the page is an older copy", () => {
    const { line, last, got, told } = openLine();
    line.wake();
    last().hello({ ack: 3 });
    assert.deepEqual(told, [{ ack: 3, again: [], isLost: false }, "online"]);
    assert.deepEqual(got, []);
  });

  it("says of a frame that is repeated that it is not new", () => {
    const { line, last, got, isNew } = openLine({ start: { session: "s", epoch: 1, applied: 1 } });
    line.wake();
    last().hello();
    got.length = 0;
    const client = line.onmessage;
    line.onmessage = (text) => {
      client?.(text);
      line.applied(Math.max(2, JSON.parse(text).seq), 0);
    };
    last().frame({ kind: "patches", data: [], seq: 2 });
    last().frame({ kind: "patches", data: [], seq: 2 });
    last().frame({ kind: "patches", data: [], seq: 3 });
    assert.deepEqual(isNew, [true, false, true]);
  });

  it("uses its token once", () => {
    const { line, last } = openLine();
    line.wake();
    last().hello();
    last().hears.closed(1006);
    mock.timers.tick(500);
    assert.equal(last().opening.token, undefined);
    assert.equal(last().opening.session, "s");
  });

  it("gives up a line that never says hello", () => {
    const { line, opened } = openLine();
    line.wake();
    mock.timers.tick(8000);
    assert.ok(opened[0].isClosed);
    mock.timers.tick(500);
    assert.equal(opened.length, 2);
  });

  it("tries the other way at once, and only then waits", () => {
    const { line, opened, last } = openLine({ isOther: true });
    line.wake();
    last().hears.closed(1006);
    assert.equal(opened.length, 2);
    last().hears.closed(1006);
    assert.equal(opened.length, 2);
    mock.timers.tick(500);
    assert.equal(opened.length, 3);
  });

  it("does not go on with a server that speaks another protocol", () => {
    const { line, last, told, opened } = openLine();
    line.wake();
    last().hello({ protocol: 2 });
    mock.timers.tick(LONGEST);
    assert.deepEqual(told, ["refused"]);
    assert.equal(opened.length, 1);
  });
});

describe("events", () => {
  it("made before there is a line, or while there is none, are sent in order when there is", () => {
    const { line, last, event } = openLine();
    event(1);
    line.wake();
    event(2);
    last().hello();
    assert.deepEqual(seqs(last().sent), [1, 2]);
    last().hears.closed(1006);
    event(3);
    mock.timers.tick(500);
    last().hello({ ack: 1 });
    assert.deepEqual(seqs(last().sent), [2, 3]);
  });

  it("that are answered are not sent again", () => {
    const { line, last, event } = openLine();
    line.wake();
    last().hello();
    event(1);
    event(2);
    line.applied(2, 1);
    last().hears.closed(1006);
    mock.timers.tick(500);
    last().hello({ ack: 1 });
    assert.deepEqual(seqs(last().sent), [2]);
  });

  it("are on their way in a limited number", () => {
    const { line, last, event } = openLine();
    for (let seq = 1; seq <= 100; seq++) event(seq);
    line.wake();
    last().hello();
    assert.equal(seqs(last().sent).length, 32);
    assert.equal(last().opening.sent, 0);
    line.applied(2, 10);
    assert.deepEqual(seqs(last().sent).slice(-1), [42]);
    last().hears.closed(1006);
    mock.timers.tick(500);
    assert.equal(last().opening.sent, 42);
  });

  it("too long for the server go without what they carry, and those after them get through", () => {
    const { line, last, event, told } = openLine();
    line.wake();
    last().hello({ limits: { frame: 200 } });
    event(1, { type: "input", id: 7, payload: { value: "ü".repeat(90) } });
    event(2);
    assert.deepEqual(last().sent[0].data, { type: "void", id: 7 });
    assert.deepEqual(seqs(last().sent), [1, 2]);
    assert.ok(told.includes("too long"));
  });

  it("longer than a frame go in parts of it, in their turn, and once", () => {
    const { line, last, event } = openLine();
    event(1);
    const long = { type: "input", id: 7, payload: { value: '"ü🎈\\'.repeat(300) } };
    event(2, long);
    event(3);
    line.wake();
    last().hello({ limits: { frame: 1024, text: 100_000 } });
    const { sent } = last();
    assert.deepEqual([sent[0].seq, sent.at(-1).seq], [1, 3]);
    const parts = sent.slice(1, -1);
    assert.ok(parts.length > 2);
    assert.ok(parts.every((/** @type {any} */ part) => size(part) <= 1024));
    const told = parts.map((/** @type {any} */ { kind, seq, part, of }) => [kind, seq, part, of]);
    assert.deepEqual(told, parts.map((/** @type {any} */ _, /** @type {number} */ at) => ["part", 2, at + 1, parts.length]));
    assert.deepEqual(JSON.parse(joined(parts)), long);
    line.applied(2, 2);
    last().hears.closed(1006);
    mock.timers.tick(500);
    last().hello({ ack: 2, limits: { frame: 1024, text: 100_000 } });
    assert.deepEqual(seqs(last().sent), [3]);
  });

  it("in parts are begun anew on the next line, as it takes them", () => {
    const { line, last, event } = openLine();
    line.wake();
    last().hello({ limits: { frame: 1024, text: 100_000 } });
    event(1, { type: "input", id: 7, payload: { value: "x".repeat(2000) } });
    const [first] = last().sent;
    last().hears.closed(1006);
    mock.timers.tick(500);
    last().hello({ limits: { frame: 2048, text: 100_000 } });
    assert.deepEqual([first.of, last().sent[0].of, last().sent[0].part], [7, 4, 1]);
  });

  it("of more bytes than the server puts together are emptied", () => {
    const { line, last, event, told } = openLine();
    line.wake();
    last().hello({ limits: { frame: 1024, text: 3000 } });
    event(1, { type: "input", id: 7, payload: { value: "ü".repeat(1600) } });
    event(2, { type: "input", id: 7, payload: { value: "ü".repeat(1400) } });
    assert.deepEqual(last().sent[0].data, { type: "void", id: 7 });
    assert.equal(last().sent[1].kind, "part");
    assert.equal(told.filter((one) => one === "too long").length, 1);
  });

  it("are cut between characters, wherever these stand", () => {
    for (let before = 0; before < 8; before++) {
      const text = "x".repeat(before) + "🎈".repeat(100);
      const parts = cut(text, 1, 118).map((part) => JSON.parse(part));
      assert.equal(joined(parts), text);
      assert.ok(parts.every((part) => !/[\uD800-\uDBFF]$/.test(part.text)));
    }
  });

  it("that the server found too long after all are emptied before they are sent again", () => {
    const { line, last, event } = openLine();
    line.wake();
    last().hello();
    event(1);
    event(2, { type: "input", id: 7, payload: { value: "x".repeat(90) } });
    last().hears.closed(1009);
    mock.timers.tick(LONGEST);
    last().hello();
    assert.deepEqual(last().sent.map((/** @type {any} */ { data }) => data.payload), [undefined, undefined]);
  });
});

describe("a new epoch", () => {
  it("of the same session gets what was not run, written anew", () => {
    const { line, last, event, told } = openLine();
    line.wake();
    last().hello();
    event(1);
    event(2, { type: "click", id: 8 });
    last().hears.closed(1006);
    event(3, { type: "click", id: 9 });
    mock.timers.tick(500);
    last().hello({ epoch: 2, ack: 2 });
    assert.deepEqual(told[2], { ack: 2, again: [{ type: "click", id: 9 }], isLost: false });
    assert.deepEqual(seqs(last().sent), []);
    event(3);
    assert.deepEqual(seqs(last().sent), [3]);
  });

  it("is told once more what a control holds, which may not have been heard", () => {
    const { line, last, event, told } = openLine();
    line.wake();
    last().hello();
    const typed = { type: "input", id: 8, payload: { value: "hi" } };
    event(1, typed);
    event(2);
    last().hears.closed(1006);
    mock.timers.tick(500);
    last().hello({ epoch: 2, ack: 2 });
    assert.deepEqual(told[2].again, [typed]);
  });

  it("of another session gets no event of the one that is gone", () => {
    const { line, last, event, told } = openLine();
    line.wake();
    last().hello();
    event(1);
    last().hears.closed(1006);
    mock.timers.tick(500);
    last().hello({ session: "new", epoch: 1 });
    assert.deepEqual(told[2], { ack: 0, again: [], isLost: true });
    assert.deepEqual(last().sent, []);
    line.applied(1, 0);
    assert.equal(told.at(-1), "whole");
  });

  it("that is lost before its first frame is asked for from the start", () => {
    const { line, last } = openLine();
    line.wake();
    last().hello({ epoch: 2 });
    last().hears.closed(1006);
    mock.timers.tick(500);
    assert.equal(last().opening.epoch, 2);
    assert.equal(last().opening.applied, 0);
  });
});

describe("acknowledging", () => {
  it("happens once for some frames, or soon after the last", () => {
    const { line, last } = openLine();
    line.wake();
    last().hello();
    for (let seq = 2; seq <= 7; seq++) line.applied(seq, 0);
    assert.deepEqual(last().sent, [{ kind: "ack", seq: 6 }]);
    mock.timers.tick(250);
    assert.deepEqual(last().sent[1], { kind: "ack", seq: 7 });
    line.applied(7, 0);
    mock.timers.tick(250);
    assert.equal(last().sent.length, 2);
  });

  it("of what the page showed already is said in the opening, not again", () => {
    const { line, last } = openLine();
    line.wake();
    last().hello();
    line.applied(1, 0);
    mock.timers.tick(250);
    assert.deepEqual(last().sent, []);
  });
});
