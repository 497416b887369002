import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";

import { column, control, fire, openPage, type, writes } from "./page.js";

/** @param {import("../../js/types.js").WireNode} node */
function show(node) {
  const page = openPage();
  page.show(column([node]));
  /** @param {Record<string, unknown>} set_props @param {object} [more] */
  const set = (set_props, more) => page.patch([{ path: [0], set_props, unset_props: [] }], more);
  return { ...page, set };
}

describe("the user's typing wins", () => {
  it("a late echo does not overwrite what was typed since", () => {
    const page = show(control("Input", 1, ["input"], { value: "" }));
    const input = page.get("input");
    type(input, "a");
    type(input, "ab");
    page.set({ value: "A" }, { ack: 1 });
    assert.equal(input.value, "ab");
    page.set({ value: "AB" }, { ack: 2 });
    assert.equal(input.value, "AB");
  });

  it("what Python said before it knew of the typing is void once it knows", () => {
    const page = show(control("Input", 1, ["input"], { value: "" }));
    const input = page.get("input");
    type(input, "1");
    type(input, "1x");
    page.set({ value: "one" }, { ack: 1 });
    page.patch([], { ack: 2 });
    assert.equal(input.value, "1x");
  });

  it("an acknowledgement alone changes nothing", () => {
    const page = show(control("Input", 1, ["input"], { value: "" }));
    type(page.get("input"), "abc");
    page.patch([], { ack: 1 });
    assert.equal(page.get("input").value, "abc");
  });

  it("an error frame acknowledges too", () => {
    const page = show(control("Input", 1, ["input"], { value: "" }));
    type(page.get("input"), "a");
    page.set({ value: "b" });
    mock.method(console, "error", () => {});
    page.deliver({ kind: "error", code: "handler", message: "no", ack: 1 });
    mock.restoreAll();
    assert.equal(page.get("input").value, "a");
    page.set({ value: "c" });
    assert.equal(page.get("input").value, "c");
  });

  it("a debounced event protects before it is sent", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const page = show(control("Input", 1, [{ type: "input", debounce: 100 }], { value: "" }));
    type(page.get("input"), "abc");
    page.set({ value: "x" });
    assert.equal(page.get("input").value, "abc");
    mock.timers.tick(100);
    page.set({ value: "y" }, { ack: 1 });
    mock.timers.reset();
    assert.equal(page.get("input").value, "y");
  });

  it("a composition is not ended by a patch", () => {
    const page = show(control("Input", 1, ["input"], { value: "" }));
    const input = page.get("input");
    fire(input, "compositionstart");
    type(input, "に");
    page.set({ value: "x" }, { ack: 1 });
    assert.equal(input.value, "に");
    fire(input, "compositionend");
    assert.equal(input.value, "x");
  });

  it("toggles and choices are protected the same way", () => {
    const page = openPage();
    page.show(column([
      control("Checkbox", 1, ["change"]),
      control("RadioGroup", 2, ["change"], { options: ["a", "b"], value: "a" }),
      control("Dropdown", 3, ["change"], { options: ["a", "b"], value: "a" }),
    ]));
    page.get("[type=checkbox]").click();
    page.get("[value=b]").click();
    type(page.get("select"), "b", "change");
    page.patch([
      { path: [0], set_props: { checked: true } },
      { path: [1], unset_props: ["value"] },
      { path: [2], set_props: { value: "c" } },
    ]);
    const now = () => [
      page.get("[type=checkbox]").checked, page.get("[value=b]").checked, page.get("select").value,
    ];
    assert.deepEqual(now(), [true, true, "b"]);
    page.patch([{ path: [0], unset_props: ["checked"] }], { ack: 3 });
    assert.deepEqual(now(), [false, true, "b"]);
  });
});

describe("caret and selection", () => {
  it("a rewritten value keeps the caret before the same rest", () => {
    const page = show(control("Input", 1, [], { value: "1234" }));
    const input = page.get("input");
    input.focus();
    input.setSelectionRange(4, 4);
    page.set({ value: "1,234" });
    assert.equal(input.selectionStart, 5);
    input.setSelectionRange(2, 2);
    page.set({ value: "19,999" });
    assert.equal(input.selectionStart, 2);
  });

  it("a selection keeps its ends", () => {
    const page = show(control("TextArea", 1, [], { value: "hello" }));
    const area = page.get("textarea");
    area.focus();
    area.setSelectionRange(1, 3, "backward");
    page.set({ value: "HELLO" });
    assert.deepEqual([area.selectionStart, area.selectionEnd, area.selectionDirection], [1, 3, "backward"]);
  });

  it("an equal value is not written", () => {
    const page = show(control("Input", 1, ["input"], { value: "a" }));
    type(page.get("input"), "ab");
    page.patch([], { ack: 1 });
    let count = 0;
    const input = page.get("input");
    Object.defineProperty(input, "value", { get: () => "ab", set() { count++; } });
    page.set({ value: "ab" });
    assert.equal(count, 0);
  });
});

describe("focus while things move", () => {
  for (const moveBefore of [true, false]) {
    it(`a moved input keeps focus and caret, ${moveBefore ? "with" : "without"} moveBefore`, () => {
      const page = openPage({ moveBefore });
      page.show(column(["a", "b", "c"].map((key, i) => ({ ...control("Input", i, ["focus", "blur"], { value: "text" }), key }))));
      const input = page.document.querySelectorAll("input")[2];
      input.focus();
      input.setSelectionRange(1, 2);
      page.patch([{ path: [], order: [2, 0, 1] }]);
      assert.equal(page.document.activeElement, input);
      assert.deepEqual([input.selectionStart, input.selectionEnd], [1, 2]);
      assert.deepEqual(page.events().map((e) => e.type), ["focus"]);
    });
  }

  it("a scrolled box keeps its place where there is no moveBefore", () => {
    const page = openPage();
    page.show(column(["a", "b"].map((key) => ({ type: "ScrollView", key, props: {} }))));
    const box = page.document.querySelectorAll(".tw-ScrollView")[1];
    box.scrollTop = 40;
    box.dispatchEvent(new page.window.Event("scroll"));
    const own = page.target.children[0].insertBefore;
    page.target.children[0].insertBefore = /** @type {any} */ (
      (/** @type {[any, any]} */ ...args) => {
        args[0].scrollTop = 0;
        return own.apply(page.target.children[0], args);
      }
    );
    page.patch([{ path: [], order: [1, 0] }]);
    assert.equal(box.scrollTop, 40);
  });

  it("a resync keeps elements, focus, caret and what was typed into an input nobody hears", () => {
    const page = openPage();
    const tree = (/** @type {string} */ title) => column([
      { type: "Heading", props: { content: title } },
      { type: "FormField", key: "f", props: { label: "Name" }, children: [control("Input", 1, [])] },
    ]);
    page.show(tree("one"));
    const input = page.get("input");
    type(input, "typed");
    input.focus();
    input.setSelectionRange(2, 2);
    page.show(tree("two"));
    assert.equal(page.document.activeElement, input);
    assert.deepEqual([input.value, input.selectionStart], ["typed", 2]);
    assert.equal(page.get("h1").textContent, "two");
  });

  it("an input with autofocus has the focus once it is on the page", () => {
    const page = openPage();
    page.show(column([]));
    page.patch([{ path: [], index: 0, node: control("Input", 1, [], { autofocus: true }) }]);
    assert.equal(page.document.activeElement, page.get("input"));
  });
});

describe("choices", () => {
  it("options that stay are not touched, so that an open list stays open", () => {
    const page = show(control("Dropdown", 1, [], { options: ["a", "b"], value: "a" }));
    const done = writes(page.window, () => page.set({ options: ["a", "b", "c"] }));
    assert.deepEqual(done, ["append", "textContent"]);
  });

  it("a user's choice outlives new options that hold it", () => {
    const page = show(control("Dropdown", 1, [], { options: ["a", "b"], value: "a" }));
    page.get("select").value = "b";
    page.set({ options: ["b", "c"] });
    assert.equal(page.get("select").value, "b");
    page.set({ options: ["c", "d"] });
    assert.equal(page.get("select").value, "");
  });

  it("nothing chosen shows the placeholder, which can't be chosen", () => {
    const page = show(control("Dropdown", 1, [], { options: ["a"], placeholder: "Choose" }));
    const [none] = page.get("select").options;
    assert.deepEqual([none.text, none.disabled, none.hidden, none.selected], ["Choose", true, true, true]);
    page.set({ value: "a" });
    page.patch([{ path: [0], unset_props: ["value"] }]);
    assert.equal(page.get("select").selectedIndex, 0);
  });

  it("a range takes its value after its limits", () => {
    const page = show(control("Slider", 1, [], { value: 500, max_value: 1000 }));
    assert.equal(page.get("input").value, "500");
    page.set({ value: 5000, max_value: 9000 });
    assert.equal(page.get("input").value, "5000");
    page.patch([{ path: [0], unset_props: ["max_value"], set_props: { value: 7 } }]);
    assert.deepEqual([page.get("input").max, page.get("input").value], ["100", "7"]);
  });
});
