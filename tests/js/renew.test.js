import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Edits } from "../../js/edits.js";
import { column, control, fire, openPage, said, text, type } from "./page.js";

/** @typedef {import("../../js/types.js").WireNode} WireNode */

const plus = (/** @type {number} */ id) => ({ ...control("Button", id, ["click"], { label: "+" }), key: "add" });
/** @param {number} id @param {Record<string, unknown>} [props] @param {string} [key] @returns {WireNode} */
const input = (id, props = {}, key = undefined) => ({ ...control("Input", id, ["input"], props), key });

/** The page's globals, which replay.js fires its events with. @param {any} page */
const inPage = (page) => Object.assign(globalThis, { Event: page.window.Event, document: page.document });

describe("a row of frames that begins anew", () => {
  it("starts with a whole tree, and numbers events on", async () => {
    const page = openPage();
    page.show(column([plus(1), text("a")]));
    page.patch([]);
    const button = page.get("button");
    page.client.renew(5, []);
    page.show(column([plus(1), text("b")]), { seq: 1 });
    await Promise.resolve();
    fire(button, "click");
    assert.equal(page.target.textContent, "+b");
    assert.deepEqual(page.sent, [{ kind: "event", data: { type: "click", id: 1 }, seq: 6, ack: 1 }]);
  });

  it("gets what was sent in vain, and what is done before it, with the new ids and in order", async () => {
    const page = openPage();
    page.show(column([input(1, {}, "x"), plus(2)]));
    page.client.renew(5, [{ type: "click", id: 2 }, { type: "click", id: 99 }]);
    type(page.get("input"), "late");
    assert.equal(page.sent.length, 0);
    page.show(column([plus(1), input(2, {}, "x")]), { seq: 1 });
    await Promise.resolve();
    assert.deepEqual(page.sent.map(({ data, seq }) => [seq, data.type, data.id]), [
      [6, "click", 1],
      [7, "input", 2],
    ]);
    assert.equal(page.get("input").value, "late");
  });

  it("shows what it says in place of what Python was told before", () => {
    const page = openPage();
    page.show(column([input(1)]));
    type(page.get("input"), "milk");
    page.patch([], { ack: 1 });
    page.client.renew(1, []);
    page.show(column([input(1)]), { seq: 1 });
    assert.equal(page.get("input").value, "");
  });

  it("leaves what nobody was told of where it is", () => {
    const page = openPage();
    page.show(column([control("TextArea", 1, [])]));
    type(page.get("textarea"), "mine");
    page.client.renew(0, []);
    page.show(column([control("TextArea", 1, [])]), { seq: 1 });
    assert.equal(page.get("textarea").value, "mine");
  });
});

describe("an error that comes once more", () => {
  it("is told once", () => {
    const page = openPage();
    page.show(text("a"));
    const error = { kind: "error", code: "handler_failed", message: "no", seq: 2 };
    const lines = said("error", () => {
      page.deliver(error);
      page.deliver(error);
    });
    assert.equal(lines.length, 1);
    page.patch([{ path: [], set_props: { content: "b" } }], { seq: 3 });
    assert.equal(page.get(".tw-Text").textContent, "b");
  });
});

describe("what was put into controls, told to another session", () => {
  /**
   * @param {WireNode[]} before
   * @param {(page: ReturnType<typeof openPage>) => void} act
   * @param {WireNode[]} after
   */
  async function lose(before, act, after) {
    const page = openPage();
    inPage(page);
    page.show(column(before));
    act(page);
    page.sent.length = 0;
    page.client.renew(0, []);
    const edits = new Edits(page.client.tree);
    page.show(column(after), { seq: 1 });
    edits.tell(page.client.tree);
    await Promise.resolve();
    return page;
  }

  it("is told by its new id, and stays on the page", async () => {
    const page = await lose(
      [input(1, {}, "x")],
      ({ get }) => type(get("input"), "mine"),
      [plus(1), input(2, { value: "theirs" }, "x")],
    );
    assert.equal(page.get("input").value, "mine");
    assert.deepEqual(page.events(), [{ type: "input", id: 2, payload: { value: "mine" } }]);
  });

  it("is told wherever its key is now", async () => {
    const page = await lose(
      [input(1, {}, "x")],
      ({ get }) => type(get("input"), "mine"),
      [column([input(1, {}, "x")], { key: "deeper" })],
    );
    assert.equal(page.get("input").value, "mine");
    assert.deepEqual(page.events(), [{ type: "input", id: 1, payload: { value: "mine" } }]);
  });

  it("ends in no other field", async () => {
    const page = await lose(
      [input(1, { placeholder: "Password" })],
      ({ get }) => type(get("input"), "secret"),
      [input(1, { placeholder: "Comment", value: "" })],
    );
    assert.equal(page.get("input").value, "");
    assert.deepEqual(page.events(), []);
  });

  it("is not told where it is so anyway, or nobody touched it", async () => {
    const page = await lose(
      [input(1, {}, "x"), control("Checkbox", 2, ["change"], { label: "a", checked: true })],
      ({ get }) => type(get("input"), "same"),
      [input(1, { value: "same" }, "x"), control("Checkbox", 2, ["change"], { label: "a" })],
    );
    assert.deepEqual(page.events(), []);
    assert.equal(page.get("[type=checkbox]").checked, false);
  });

  it("is told where there is no key, if the same is asked for", async () => {
    const box = control("Switch", 1, ["change"], { label: "a" });
    const page = await lose([box], ({ get }) => get("[type=checkbox]").click(), [box]);
    assert.deepEqual(page.events(), [{ type: "change", id: 1, payload: { checked: true } }]);
  });

  it("is told of boxes too", async () => {
    const box = { ...control("Checkbox", 1, ["change"], { label: "a" }), key: "box" };
    const page = await lose([box], ({ get }) => get("[type=checkbox]").click(), [box]);
    assert.deepEqual(page.events(), [{ type: "change", id: 1, payload: { checked: true } }]);
    assert.equal(page.get("[type=checkbox]").checked, true);
  });
});
