import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";

import { column, control, fire, openPage, text, type } from "./page.js";

/** @typedef {import("../../js/types.js").WireNode} WireNode */

/** @param {WireNode[]} children @param {Parameters<typeof openPage>[0]} [options] */
function show(children, options) {
  const page = openPage(options);
  page.show(column(children));
  return page;
}

describe("delegation", () => {
  it("a click reaches the nearest widget that hears it, by id, numbered", () => {
    const page = show([
      control("Button", 1, ["click"], { label: "one" }),
      control("IconButton", 2, ["click"], { label: "two", icon: "add" }),
    ]);
    fire(page.get("path"), "click");
    fire(page.get(".tw-Button"), "click", { ctrlKey: true, shiftKey: true });
    assert.deepEqual(page.sent, [
      { kind: "event", data: { type: "click", id: 2 }, seq: 1, ack: 1 },
      { kind: "event", data: { type: "click", id: 1, payload: { ctrl: true, shift: true } }, seq: 2, ack: 1 },
    ]);
  });

  it("there is one listener per event type, however many widgets hear it", () => {
    const page = openPage();
    /** @type {string[]} */
    const added = [];
    const own = page.target.addEventListener;
    page.target.addEventListener = (/** @type {any} */ ...args) => {
      added.push(args[0]);
      own.apply(page.target, args);
    };
    page.show(column([1, 2, 3].map((id) => control("Button", id, ["click", "focus"]))));
    assert.deepEqual(added, ["click", "focus"]);
  });

  it("focus and blur are caught though they don't bubble", () => {
    const page = show([control("Input", 1, ["focus", "blur"])]);
    page.get("input").focus();
    page.get("input").blur();
    assert.deepEqual(page.events().map((e) => e.type), ["focus", "blur"]);
  });

  it("nothing is sent for a widget that hears nothing, is off, or is inside one that is", () => {
    const page = show([
      text("plain"),
      control("Link", 1, ["click"], { content: "off", href: "/", disabled: true }),
      { type: "Row", props: { disabled: true }, children: [control("Button", 2, ["click"])] },
    ]);
    for (const el of page.document.querySelectorAll("span, a, button")) fire(el, "click");
    assert.deepEqual(page.sent, []);
  });

  it("works inside a shadow root", () => {
    const page = openPage();
    const host = page.document.createElement("tempest-app");
    page.document.body.append(host);
    const shadow = host.attachShadow({ mode: "open" });
    /** @type {any} */ (shadow).adoptedStyleSheets = [];
    /** @type {string[]} */
    const sent = [];
    /** @type {any} */
    const transport = { send: (/** @type {string} */ t) => sent.push(t), close() {}, onmessage: null };
    const Client = /** @type {any} */ (page.client.constructor);
    const client = new Client(host, { transport, shadow });
    client.start();
    const node = control("Button", 4, ["click"], { label: "in" });
    transport.onmessage(JSON.stringify({ kind: "patches", seq: 1, data: [{ path: [], node }] }));
    const button = /** @type {any} */ (shadow.querySelector(".tw-root > button"));
    fire(button, "click", { composed: true });
    assert.equal(JSON.parse(sent[0]).data.id, 4);
    client.stop();
    assert.equal(shadow.childNodes.length, 0);
    assert.deepEqual(/** @type {any} */ (shadow).adoptedStyleSheets, []);
  });

  it("an event for a removed node is dropped, a waiting one too", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const page = show([control("Input", 1, [{ type: "input", debounce: 50 }])]);
    const input = page.get("input");
    type(input, "a");
    page.patch([{ path: [], index: 0 }]);
    mock.timers.tick(60);
    fire(input, "input");
    mock.timers.reset();
    assert.deepEqual(page.sent, []);
  });
});

describe("what the client decides by itself", () => {
  it("keys are filtered, the next widget out may want others", () => {
    const page = show([
      {
        type: "Container", id: 1, on: [{ type: "keydown", keys: ["Escape"] }],
        children: [control("Input", 2, [{ type: "keydown", keys: ["ArrowDown"], prevent: true }])],
      },
    ]);
    const input = page.get("input");
    assert.equal(fire(input, "keydown", { key: "ArrowDown", code: "ArrowDown" }), false);
    assert.equal(fire(input, "keydown", { key: "Escape", code: "Escape", altKey: true }), true);
    fire(input, "keydown", { key: "a", code: "KeyA" });
    assert.deepEqual(page.events(), [
      { type: "keydown", id: 2, payload: { key: "ArrowDown", code: "ArrowDown" } },
      { type: "keydown", id: 1, payload: { key: "Escape", code: "Escape", alt: true } },
    ]);
  });

  it("keys of a composition are the input method's", () => {
    const page = show([control("Input", 1, ["keydown", "submit"])]);
    fire(page.get("input"), "keydown", { key: "Enter", isComposing: true });
    assert.deepEqual(page.sent, []);
  });

  it("a link with `prevent` stays on the page, unless a new tab is wanted", () => {
    const page = show([
      control("Link", 1, [{ type: "click", prevent: true }], { content: "a", href: "#a" }),
      control("Link", 2, ["click"], { content: "b", href: "#b" }),
    ]);
    const [first, second] = page.document.querySelectorAll("a");
    assert.equal(fire(first, "click"), false);
    assert.equal(fire(first, "click", { ctrlKey: true }), true);
    assert.equal(fire(second, "click"), true);
    assert.deepEqual(page.events().map((e) => e.id), [1, 2]);
  });

  it("debounce sends the last, once it is quiet", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const page = show([control("Input", 1, [{ type: "input", debounce: 200 }])]);
    for (const value of ["a", "ab", "abc"]) {
      type(page.get("input"), value);
      mock.timers.tick(150);
    }
    assert.deepEqual(page.sent, []);
    mock.timers.tick(60);
    mock.timers.reset();
    assert.deepEqual(page.events(), [{ type: "input", id: 1, payload: { value: "abc" } }]);
  });

  it("throttle sends the first at once and the last later", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const page = show([control("Slider", 1, [{ type: "input", throttle: 100 }])]);
    for (const value of ["1", "2", "3"]) type(page.get("input"), value);
    assert.deepEqual(page.events().map((e) => e.payload.value), [1]);
    mock.timers.tick(100);
    assert.deepEqual(page.events().map((e) => e.payload.value), [1, 3]);
    mock.timers.tick(500);
    mock.timers.reset();
    assert.equal(page.sent.length, 2);
  });

  it("what waits is sent before anything that comes later, in the order it happened", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const page = show([
      control("Input", 1, [{ type: "input", debounce: 500 }]),
      control("TextArea", 2, [{ type: "input", debounce: 900 }]),
      control("Button", 3, ["click"]),
    ]);
    type(page.get("textarea"), "b");
    type(page.get("input"), "a");
    fire(page.get("button"), "click");
    mock.timers.tick(1000);
    mock.timers.reset();
    assert.deepEqual(page.events().map((e) => e.id), [2, 1, 3]);
    assert.deepEqual(page.sent.map((e) => e.seq), [1, 2, 3]);
  });

  it("what waits is sent when the page goes and when the client stops", () => {
    const entries = [{ type: "input", debounce: 500 }];
    const page = show([control("Input", 1, entries)]);
    type(page.get("input"), "a");
    page.window.dispatchEvent(new page.window.Event("pagehide"));
    assert.equal(page.sent.length, 1);
    type(page.get("input"), "ab");
    page.client.stop();
    assert.deepEqual(page.events()[1].payload, { value: "ab" });
  });
});

describe("timers", () => {
  it("end with the client", () => {
    const set = mock.method(globalThis, "setTimeout");
    const clear = mock.method(globalThis, "clearTimeout");
    const page = show([control("Slider", 1, [{ type: "input", throttle: 60_000 }])]);
    type(page.get("input"), "1");
    page.client.stop();
    const ended = clear.mock.calls.map((call) => call.arguments[0]);
    mock.restoreAll();
    assert.equal(set.mock.callCount(), 1);
    assert.ok(ended.includes(set.mock.calls[0].result));
  });
});

describe("payloads", () => {
  it("a toggle is one event", () => {
    const page = show([control("Checkbox", 1, ["change"], { label: "a" }), control("Switch", 2, ["change"])]);
    for (const el of page.document.querySelectorAll("input")) el.click();
    page.get("label").click();
    assert.deepEqual(page.events(), [
      { type: "change", id: 1, payload: { checked: true } },
      { type: "change", id: 2, payload: { checked: true } },
      { type: "change", id: 1, payload: { checked: false } },
    ]);
  });

  it("choices tell value and place, texts their value, sliders a number", () => {
    const options = ["a", { value: "b", label: "Bee" }];
    const page = show([
      control("Dropdown", 1, ["change"], { options, placeholder: "Choose" }),
      control("RadioGroup", 2, ["change"], { options }),
      control("DatePicker", 3, ["change"]),
      control("Slider", 4, ["input"]),
      control("Input", 5, ["input", "change"]),
    ]);
    type(page.get("select"), "b", "change");
    page.document.querySelectorAll(/** @type {"input"} */ ("input[type=radio]"))[1].click();
    type(page.get("[type=date]"), "2026-03-01", "change");
    type(page.get("[type=range]"), "40");
    type(page.get("[type=text]"), "x");
    fire(page.get("[type=text]"), "change");
    assert.deepEqual(page.events().map(({ type: kind, id, payload }) => [kind, id, payload]), [
      ["change", 1, { value: "b", index: 1 }],
      ["change", 2, { value: "b", index: 1 }],
      ["change", 3, { value: "2026-03-01" }],
      ["input", 4, { value: 40 }],
      ["input", 5, { value: "x" }],
      ["change", 5, { value: "x" }],
    ]);
  });

  it("files are told by reference and can be read by it", () => {
    const page = show([control("FilePicker", 1, ["change"], { label: "Add" })]);
    const file = new page.window.File(["hello"], "a.txt", { type: "text/plain" });
    Object.defineProperty(page.get("input"), "files", { value: [file], configurable: true });
    fire(page.get("input"), "change");
    fire(page.get("input"), "change");
    const payload = { files: [{ ref: 1, name: "a.txt", size: 5, type: "text/plain" }] };
    assert.deepEqual(page.events().map((e) => e.payload), [payload, payload]);
    assert.equal(page.client.file(1), file);
    assert.equal(page.client.file(2), undefined);
    assert.equal(page.get(".tw-FilePicker").textContent, "a.txt");
  });
});

describe("forms", () => {
  /** @param {string} name @param {WireNode} child */
  const field = (name, child) => ({ type: "FormField", props: { name, label: name }, children: [child] });
  /** @param {WireNode[]} children */
  const form = (children) => ({ type: "Form", id: 90, on: ["submit"], children });

  it("a submit carries the values of the fields by name and stays on the page", () => {
    const page = show([
      form([
        field("text", control("Input", 1, [], { value: "t" })),
        field("area", control("TextArea", 2, [], { value: "l" })),
        field("on", control("Switch", 3, [], { checked: true })),
        field("off", control("Checkbox", 4, [])),
        field("number", control("Slider", 5, [], { value: 0 })),
        field("pick", control("Dropdown", 6, [], { options: ["a", "b"], value: "b" })),
        field("radio", control("RadioGroup", 7, [], { options: ["a"] })),
        field("file", control("FilePicker", 8, [])),
        field("gone", control("Input", 9, [], { disabled: true })),
        { type: "Row", props: { disabled: true }, children: [field("inert", control("Input", 10, []))] },
        control("Input", 11, [], { value: "without a field" }),
      ]),
    ]);
    assert.equal(fire(page.get("form"), "submit"), false);
    assert.deepEqual(page.events(), [{
      type: "submit", id: 90,
      payload: { values: { text: "t", area: "l", on: true, off: false, number: 0, pick: "b", radio: "", file: [] } },
    }]);
  });

  it("a form that nobody hears doesn't leave the page either", () => {
    const page = show([{ type: "Form", props: {} }]);
    assert.equal(fire(page.get("form"), "submit"), false);
    assert.deepEqual(page.sent, []);
  });

  it("Enter submits a form of many fields, with the last text committed first", () => {
    const page = show([form([control("Input", 1, ["input", "change"]), control("Input", 2, [])])]);
    type(page.get("input"), "a");
    fire(page.get("input"), "keydown", { key: "Enter" });
    assert.deepEqual(page.events().map((e) => e.type), ["input", "change", "submit"]);
  });

  it("a submit button is left to the browser", () => {
    const page = show([form([control("Input", 1, []), control("Button", 2, [], { type: "submit" })])]);
    assert.equal(fire(page.get("input"), "keydown", { key: "Enter" }), true);
  });

  it("an input with an on_submit of its own takes Enter from the form", () => {
    const page = show([form([control("Input", 1, ["submit", "change"], { value: "v" })])]);
    assert.equal(fire(page.get("input"), "keydown", { key: "Enter" }), false);
    fire(page.get("input"), "keydown", { key: "Enter", repeat: true });
    assert.deepEqual(page.events(), [{ type: "submit", id: 1, payload: { value: "v" } }]);
  });

  it("Enter commits once: the browser's own change after it is the same", () => {
    const page = show([control("Input", 1, ["submit", "change"])]);
    type(page.get("input"), "a");
    fire(page.get("input"), "keydown", { key: "Enter" });
    fire(page.get("input"), "change");
    type(page.get("input"), "ab");
    fire(page.get("input"), "change");
    assert.deepEqual(page.events().map((e) => [e.type, e.payload.value]), [
      ["change", "a"], ["submit", "a"], ["change", "ab"],
    ]);
  });
});
