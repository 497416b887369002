import assert from "node:assert/strict";
import { test } from "node:test";

import { differences, tellDifferences } from "../../js/differences.js";
import { Hydration } from "../../js/hydrate.js";
import { column, control, fire, openDocument, openPage, said, text, type, writes } from "./page.js";

/** @typedef {import("../../js/types.js").WireNode} WireNode */

/**
 * A page that shows *node* as HTML, and what adopted it.
 * @param {WireNode} node
 * @param {{before?: (target: any) => void, past?: any[], dev?: boolean}} [options] `before` is
 *   done to the HTML before it is adopted, `past` is what early.js noted
 */
function openShown(node, { before = () => {}, past = [], dev = false } = {}) {
  const made = openPage();
  made.show(node);
  for (const el of made.document.querySelectorAll("input")) {
    if (el.type === "checkbox") el.toggleAttribute("checked", el.checked);
    else el.setAttribute("value", el.value);
  }
  const page = openDocument();
  const { window, document, target } = page;
  const { Event, CustomEvent } = window;
  const dispatchEvent = window.dispatchEvent.bind(window);
  Object.assign(globalThis, { document, Event, CustomEvent, dispatchEvent });
  target.innerHTML = made.target.innerHTML;
  const script = document.createElement("script");
  script.type = "application/json";
  script.dataset.tempestFrame = "";
  script.textContent = JSON.stringify({ kind: "patches", data: [{ path: [], node }] });
  target.append(script);
  before(target);
  window.addEventListener("tempest-live", (event) => {
    /** @type {any} */ (event).detail.push(...past);
  });
  const shown = Hydration.of(target, { dev, compare: dev ? tellDifferences : undefined });
  /** @type {any[]} */
  const sent = [];
  const transport = {
    /** @type {((text: string) => void) | null} */
    onmessage: null,
    /** @param {string} message */
    send: (message) => void sent.push(JSON.parse(message)),
    close: () => {},
  };
  return {
    window, document, target, shown, sent, transport,
    /** @param {string} selector @returns {any} */
    get: (selector) => document.querySelector(selector),
    connect: () => shown?.connect(transport),
    /** Python's first frame, and the turn in which what waited is sent. @param {WireNode} first */
    first: (first) => {
      const data = [{ path: [], node: first }];
      transport.onmessage?.(JSON.stringify({ kind: "patches", data, seq: 1 }));
      return Promise.resolve();
    },
    events: () => sent.map(({ data }) => data),
  };
}

const plus = (/** @type {number} */ id = 1) => control("Button", id, ["click"], { label: "+" });

test("the first frame touches nothing where it is what the page shows", () => {
  const node = column([text("Count: 0"), plus(), control("Input", 2, ["input"], { value: "x" })]);
  const page = openShown(node);
  const before = [...page.target.querySelectorAll("*")];
  page.connect();
  const log = writes(page.window, () => void page.first(node));
  assert.deepEqual(log, []);
  assert.deepEqual([...page.target.querySelectorAll("*")], before);
  assert.equal(page.get("script"), null);
});

test("what differs is patched in the elements that are there", async () => {
  const page = openShown(column([text("Count: 0"), plus()]));
  const [span, button] = [page.get("span"), page.get("button")];
  page.connect();
  await page.first(column([text("Count: 5"), plus(3), text("more")]));
  assert.equal(page.get("span"), span);
  assert.equal(page.get("button"), button);
  assert.equal(page.target.textContent, "Count: 5+more");
  fire(button, "click");
  assert.deepEqual(page.events(), [{ type: "click", id: 3 }]);
});

test("what was done before Python was there is sent once, in order, after the first frame", async () => {
  const node = column([plus(), control("Input", 2, ["input"], { value: "" })]);
  const page = openShown(node);
  fire(page.get("button"), "click");
  type(page.get("input"), "a");
  fire(page.get("button"), "click");
  page.connect();
  assert.deepEqual(page.events(), []);
  await page.first(node);
  assert.deepEqual(page.events(), [
    { type: "click", id: 1 },
    { type: "input", id: 2, payload: { value: "a" } },
    { type: "click", id: 1 },
  ]);
  assert.deepEqual(page.sent.map(({ seq }) => seq), [1, 2, 3]);
  assert.equal(page.get("input").value, "a");
});

test("it goes to the widget that it was done to, wherever that is now", async () => {
  /** @param {[string, number][]} rows */
  const list = (rows) =>
    column(rows.map(([key, id]) => ({ ...control("Button", id, ["click"]), key, props: { label: key } })));
  const page = openShown(list([["a", 1], ["b", 2], ["c", 3]]));
  const [, b, c] = page.target.querySelectorAll("button");
  fire(b, "click");
  fire(c, "click");
  page.connect();
  await page.first(list([["x", 1], ["b", 2], ["a", 3]]));
  assert.deepEqual(page.events(), [{ type: "click", id: 2 }]);
  assert.equal(page.target.querySelectorAll("button")[1], b);
});

/** @param {string} label @param {number} id */
const named = (label, id) => control("Button", id, ["click"], { label });
/** @param {string} name @param {number} id */
const row = (name, id) => ({ type: "Row", children: [text(name), named("Delete", id)] });

test("a press is not done to another widget that came to its place, and the user is told", async () => {
  const page = openShown(column([text("Home"), named("Refresh", 1)]));
  page.get("button").click();
  page.connect();
  await page.first(column([text("Admin"), named("Delete everything", 1)]));
  assert.deepEqual(page.events(), []);
  assert.match(page.target.textContent, /was not done/);
});

test("a press in one of many rows without keys is done to a row that shows the same", async () => {
  const shown = column([row("Milk", 1), row("Bread", 2), text("2 rows")]);
  const same = openShown(shown);
  same.get("button").click();
  same.connect();
  await same.first(column([row("Milk", 1), row("Eggs", 2), text("7 o'clock")]));
  assert.deepEqual(same.events(), [{ type: "click", id: 1 }]);
  assert.doesNotMatch(same.target.textContent, /was not done/);
  const other = openShown(shown);
  other.get("button").click();
  other.connect();
  await other.first(column([row("Eggs", 1), row("Bread", 2), text("2 rows")]));
  assert.deepEqual(other.events(), []);
});

test("two presses of one that changes what it says are both done", async () => {
  const node = column([text("off"), named("On", 1)]);
  const page = openShown(node);
  page.get("button").click();
  page.get("button").click();
  page.connect();
  page.transport.send = ((send) => (/** @type {string} */ message) => {
    send(message);
    const data = [{ path: [1], set_props: { label: "Off" } }];
    page.transport.onmessage?.(JSON.stringify({ kind: "patches", data, seq: 2, ack: 1 }));
  })(page.transport.send);
  await page.first(node);
  assert.equal(page.events().filter(({ type: kind }) => kind === "click").length, 2);
});

test("what was typed is told, whatever stands around it now", async () => {
  const page = openShown(column([text("a"), control("Input", 1, ["input"], {})]));
  type(page.get("input"), "x");
  page.connect();
  await page.first(column([text("b"), control("Input", 1, ["input"], { placeholder: "now" })]));
  assert.equal(page.events().length, 1);
});

test("what is typed meanwhile is not overwritten by a first view that says something else", async () => {
  const page = openShown(column([control("Input", 1, ["input"], { value: "" })]));
  type(page.get("input"), "mine");
  page.connect();
  await page.first(column([control("Input", 1, ["input"], { value: "stored" })]));
  assert.equal(page.get("input").value, "mine");
  assert.deepEqual(page.events(), [{ type: "input", id: 1, payload: { value: "mine" } }]);
});

test("a debounced input keeps its time, and its place before a click", async () => {
  const entry = { type: "input", debounce: 60_000 };
  const node = column([control("Input", 1, [entry], { value: "" }), plus(2)]);
  const page = openShown(node);
  type(page.get("input"), "a");
  type(page.get("input"), "ab");
  fire(page.get("button"), "click");
  page.connect();
  await page.first(node);
  assert.deepEqual(page.events().map(({ type: kind, payload }) => [kind, payload?.value]), [
    ["input", "ab"],
    ["click", undefined],
  ]);
});

test("what early.js noted is done again without the browser's own action", async () => {
  const node = column([
    plus(),
    { ...control("Checkbox", 2, ["change"], { label: "x" }) },
    control("Input", 3, ["input"], { value: "" }),
  ]);
  /** @type {any[]} */
  const past = [];
  const page = openShown(node, {
    past,
    before: (target) => {
      const [box, input] = target.querySelectorAll("input");
      for (const kind of ["click", "input", "change"]) {
        target.addEventListener(kind, (/** @type {Event} */ event) => past.push({ event, held: false }), { once: true });
      }
      target.querySelector("button").dispatchEvent(
        new target.ownerDocument.defaultView.MouseEvent("click", { bubbles: true, ctrlKey: true }),
      );
      type(input, "hi");
      box.checked = true;
      fire(box, "change");
    },
  });
  page.connect();
  await page.first(node);
  assert.deepEqual(page.events(), [
    { type: "click", id: 1, payload: { ctrl: true } },
    { type: "input", id: 3, payload: { value: "hi" } },
    { type: "change", id: 2, payload: { checked: true } },
  ]);
});

test("what was changed without a trace is told, and only that", async () => {
  const node = column([
    control("Input", 1, ["input", "change"], { value: "as built" }),
    control("Input", 2, ["input"], { value: "" }),
    control("Checkbox", 3, ["change"], { checked: true, label: "x" }),
    control("Slider", 4, ["input"], { value: 250 }),
  ]);
  const page = openShown(node, {
    before: (target) => {
      target.querySelectorAll("input")[1].value = "filled in";
      target.querySelectorAll("input")[2].checked = false;
    },
  });
  page.connect();
  await page.first(node);
  assert.deepEqual(page.events(), [
    { type: "input", id: 2, payload: { value: "filled in" } },
    { type: "change", id: 3, payload: { checked: false } },
  ]);
});

test("strangers between and inside the elements are left alone", async () => {
  const node = column([text("one"), text("two"), plus()]);
  const page = openShown(node, {
    before: (target) => {
      target.querySelector("span").insertAdjacentHTML("afterend", "<i class='extension'></i>");
      target.querySelectorAll("span")[1].innerHTML = "<font><font>zwei</font></font>";
    },
  });
  page.connect();
  await page.first(node);
  assert.equal(page.target.textContent, "onezwei+");
  assert.ok(page.get("i.extension"));
});

test("a list that is not whole is built anew, the rest is kept", async () => {
  const inner = column([text("a"), text("b")], { key: "in" });
  const node = column([plus(), inner]);
  const page = openShown(node, { before: (target) => target.querySelector(".tw-Column span").remove() });
  const button = page.get("button");
  assert.equal(page.target.textContent, "+ab");
  page.connect();
  await page.first(node);
  assert.equal(page.target.textContent, "+ab");
  assert.equal(page.get("button"), button);
});

test("a field keeps the ids that tie it to its control", async () => {
  const field = { type: "FormField", props: { label: "Name", hint: "Yours", name: "n" }, children: [control("Input", 1, ["input"])] };
  const page = openShown(/** @type {WireNode} */ (field));
  const { id } = page.get("input");
  page.connect();
  await page.first(/** @type {WireNode} */ (field));
  assert.equal(page.get("input").id, id);
  assert.equal(page.get("label").htmlFor, id);
});

test("HTML that is something else is made anew", () => {
  /** @type {ReturnType<typeof openShown> | undefined} */
  let page;
  const lines = said("warn", () => {
    page = openShown(column([]), { before: (target) => target.firstElementChild.remove() });
  });
  assert.equal(page?.shown, null);
  assert.match(lines.join(), /made anew/);
});

test("a button that was pressed shows it until Python answers", async () => {
  const page = openShown(column([plus()]));
  fire(page.get("button"), "click");
  assert.ok(page.get("button").hasAttribute("data-pressed"));
  assert.equal(page.shown?.waiting, 1);
  page.connect();
  await page.first(column([plus()]));
  assert.ok(!page.get("button").hasAttribute("data-pressed"));
});

test("when Python can't start, what was typed stays and nothing more is taken", () => {
  const page = openShown(column([control("Input", 1, ["input"], { value: "" })]));
  type(page.get("input"), "typed");
  const layer = page.shown?.fail();
  assert.equal(page.get("input").value, "typed");
  assert.ok(page.get(".tw-Column").hasAttribute("inert"));
  assert.ok(!layer?.hasAttribute("inert"));
});

test("development says where the first view differs", () => {
  const one = column([text("10:00"), plus()]);
  assert.deepEqual(differences(one, one), []);
  assert.deepEqual(differences(one, column([text("10:01", { style: "k1" }), { ...plus(), key: "b" }, text("x")])), [
    "root Column: had 2 children, has 3",
    "root/0 Text: style",
    'root/0 Text: content was "10:00" and is "10:01"',
    'root/1: Button is now Button "b"',
  ]);
  const page = openShown(one, { dev: true });
  page.connect();
  const lines = said("warn", () => void page.first(column([text("10:02"), plus()])));
  assert.match(lines.join(), /root\/0 Text: content was "10:00" and is "10:02"/);
});
