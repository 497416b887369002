import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";

import { holdTime, openLine, releaseTime } from "./lines.js";

beforeEach(holdTime);
afterEach(releaseTime);

describe("coming back", () => {
  /** @param {number} code @param {ReturnType<typeof openLine>} made */
  const delayAfter = (code, { opened, last }) => {
    const count = opened.length;
    last().hears.closed(code);
    let waited = 0;
    for (; opened.length === count && waited < 60_000; waited += 250) mock.timers.tick(250);
    return waited;
  };

  it("takes twice as long each time, up to fifteen seconds", () => {
    const made = openLine();
    made.line.wake();
    const delays = Array.from({ length: 7 }, () => delayAfter(1006, made));
    assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it("is at a random time within that", () => {
    const made = openLine();
    made.line.wake();
    delayAfter(1006, made);
    mock.method(Math, "random", () => 0.25);
    assert.equal(delayAfter(1006, made), 250);
  });

  it("begins anew once there was a line", () => {
    const made = openLine();
    made.line.wake();
    delayAfter(1006, made);
    delayAfter(1006, made);
    made.last().hello();
    assert.equal(delayAfter(1006, made), 500);
  });

  for (const code of [1003, 1011]) {
    it(`does not begin anew after a fault (${code}), until a line has held`, () => {
      const made = openLine();
      made.line.wake();
      made.last().hello();
      assert.equal(delayAfter(code, made), 500);
      made.last().hello();
      assert.equal(delayAfter(code, made), 1000);
      made.last().hello();
      mock.timers.tick(10_000);
      assert.equal(delayAfter(code, made), 500);
    });
  }

  for (const code of [1001, 1012]) {
    it(`leaves a server that ends with ${code} some time, at random`, () => {
      const made = openLine();
      made.line.wake();
      made.last().hello();
      assert.equal(delayAfter(code, made), 2000);
    });
  }

  it("waits longer where the server asked for it", () => {
    const made = openLine();
    made.line.wake();
    made.last().hello();
    assert.equal(delayAfter(1013, made), 8000);
  });

  it("does not happen after a refusal", () => {
    const made = openLine();
    made.line.wake();
    assert.equal(delayAfter(1008, made), 60_000);
    assert.deepEqual(made.told, ["refused"]);
    made.line.wake();
    assert.equal(made.opened.length, 1);
  });

  it("does not happen where the server is done with the session", () => {
    const made = openLine();
    made.line.wake();
    made.last().hello();
    assert.equal(delayAfter(1000, made), 60_000);
    assert.deepEqual(made.told, ["online", "ended"]);
  });

  it("is at once when the page is shown, or there is a network again", () => {
    const { line, opened, last } = openLine();
    line.wake();
    last().hears.closed(1006);
    line.wake();
    assert.equal(opened.length, 2);
    mock.timers.tick(7999);
    assert.equal(opened.length, 2, "the delay that it was in the middle of is void");
  });

  it("does not happen while the page is away", () => {
    const { line, opened, last } = openLine();
    line.wake();
    last().hello();
    line.sleep(true);
    assert.deepEqual(last().sent, [{ kind: "leave", back: true }]);
    assert.ok(last().isClosed);
    mock.timers.tick(60_000);
    assert.equal(opened.length, 1);
    line.wake();
    assert.equal(opened.length, 2);
  });

  it("does not happen after the client closed it", () => {
    const { line, opened, last } = openLine();
    line.wake();
    last().hello();
    line.close();
    line.close();
    line.wake();
    mock.timers.tick(60_000);
    assert.ok(last().isClosed);
    assert.equal(opened.length, 1);
  });
});

describe("a line that is dead without a word", () => {
  it("is asked after a while of silence, and given up without an answer", () => {
    const { line, last, opened } = openLine();
    line.wake();
    last().hello();
    mock.timers.tick(24_000);
    assert.deepEqual(last().sent, []);
    mock.timers.tick(1000);
    assert.deepEqual(last().sent, [{ kind: "ping", ack: 1 }]);
    mock.timers.tick(15_000);
    assert.ok(opened[0].isClosed);
  });

  it("is kept while anything comes", () => {
    const { line, last } = openLine();
    line.wake();
    last().hello();
    for (let time = 0; time < 120; time += 10) {
      mock.timers.tick(10_000);
      last().hears.alive();
    }
    assert.deepEqual(last().sent, []);
    assert.ok(!last().isClosed);
  });

  it("is given up when an event has no answer", () => {
    const { line, last, event, opened } = openLine();
    line.wake();
    last().hello();
    event(1);
    mock.timers.tick(15_000);
    assert.ok(opened[0].isClosed);
  });

  it("has twice as long after each that was given up, until something is answered", () => {
    const { line, opened, last, event } = openLine();
    line.wake();
    last().hello();
    event(1);
    for (const ms of [15_000, 30_000, 60_000]) {
      mock.timers.tick(ms - 5001);
      assert.equal(last().isClosed, false);
      mock.timers.tick(5001);
      assert.equal(last().isClosed, true);
      mock.timers.tick(500);
      last().hello();
    }
    assert.equal(opened.length, 4);
    last().frame({ kind: "patches", data: [], seq: 2, ack: 1 });
    line.applied(2, 1);
    event(2);
    mock.timers.tick(15_000);
    assert.equal(last().isClosed, true);
  });

  it("is found out soon when the page is shown again", () => {
    const { line, last, opened } = openLine();
    line.wake();
    last().hello();
    line.wake();
    assert.deepEqual(last().sent, [{ kind: "ping", ack: 1 }]);
    mock.timers.tick(3000);
    assert.ok(opened[0].isClosed);
  });

  it("and is none when it answers", () => {
    const { line, last } = openLine();
    line.wake();
    last().hello();
    line.wake();
    last().frame({ kind: "ping" });
    mock.timers.tick(20_000);
    assert.ok(!last().isClosed);
  });
});
