import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";

import { column, control, fire, openDocument, openPage, text } from "./page.js";

/** @type {string[]} */
let errors = [];
beforeEach(() => {
  errors = [];
  mock.method(console, "error", (/** @type {unknown[]} */ ...args) => void errors.push(args.join(" ")));
});
afterEach(() => mock.restoreAll());

const resyncs = (/** @type {any} */ page) =>
  page.events().filter((/** @type {any} */ e) => e.type === "resync").length;

describe("a frame that can't be applied", () => {
  const bad = {
    "is not JSON": "{",
    "is no object": "7",
    "has no list of patches": '{"kind":"patches"}',
    "has a path to nowhere": '{"kind":"patches","seq":2,"data":[{"path":[5,1],"set_props":{}}]}',
    "removes more than there is": '{"kind":"patches","seq":2,"data":[{"path":[],"index":0,"count":9}]}',
    "inserts beyond the end": '{"kind":"patches","seq":2,"data":[{"path":[],"index":9,"node":{"type":"Text"}}]}',
    "has a negative index": '{"kind":"patches","seq":2,"data":[{"path":[],"index":-1}]}',
    "orders what isn't there": '{"kind":"patches","seq":2,"data":[{"path":[],"order":[0,1,2,3]}]}',
    "orders one twice": '{"kind":"patches","seq":2,"data":[{"path":[],"order":[0,0]}]}',
    "gives children to a text": '{"kind":"patches","seq":2,"data":[{"path":[0],"index":0,"node":{"type":"Text"}}]}',
    "has an unknown widget": '{"kind":"patches","seq":2,"data":[{"path":[0],"node":{"type":"Gizmo"}}]}',
    "names a member of every object": '{"kind":"patches","seq":2,"data":[{"path":[0],"node":{"type":"constructor"}}]}',
    "has a patch of unknown shape": '{"kind":"patches","seq":2,"data":[{"path":[0]}]}',
    "comes after a gap": '{"kind":"patches","seq":7,"data":[]}',
    "comes after a gap and puts one node into the root":
      '{"kind":"patches","seq":7,"data":[{"path":[],"index":0,"node":{"type":"Text","props":{"content":"x"}}}]}',
  };
  for (const [what, frame] of Object.entries(bad)) {
    it(`that ${what} leads to one resync, and nothing is applied until the whole tree comes`, () => {
      const page = openPage();
      const tree = column([text("a"), text("b")]);
      page.show(tree);
      page.transport.onmessage?.(frame);
      assert.equal(resyncs(page), 1);
      page.patch([{ path: [0], set_props: { content: "wrong" } }]);
      assert.equal(page.target.textContent, "ab");
      page.show(column([text("c"), text("d")]), { seq: 9 });
      page.patch([{ path: [0], set_props: { content: "right" } }], { seq: 10 });
      assert.equal(page.target.textContent, "rightd");
      assert.equal(resyncs(page), 1);
      assert.equal(errors.length, 1);
    });
  }

  it("stops in the middle: what came before stays, the resync repairs it", () => {
    const page = openPage();
    page.show(column([text("a")]));
    page.patch([{ path: [0], set_props: { content: "x" } }, { path: [3], set_props: {} }]);
    page.show(column([text("a")]));
    assert.equal(page.target.textContent, "a");
  });

  it("two resyncs that fail show the failure screen, and no third is asked for", () => {
    const page = openPage();
    const broken = { type: "Gizmo" };
    page.show(text("old"));
    page.show(broken);
    page.show(broken);
    assert.equal(page.document.querySelector(".tw-failure"), null);
    page.show(broken);
    assert.equal(resyncs(page), 2);
    assert.equal(page.get(".tw-failure").getAttribute("role"), "alert");
    assert.ok(page.get(".tw-Text").hasAttribute("inert"));
    page.show(text("late"));
    assert.equal(page.get(".tw-Text").textContent, "old");
  });
});

describe("numbering", () => {
  it("a repeated frame is applied once", () => {
    const page = openPage();
    page.show(column([]));
    const frame = { kind: "patches", seq: 2, data: [{ path: [], index: 0, node: text("a") }] };
    page.deliver(frame);
    page.deliver(frame);
    assert.equal(page.target.textContent, "a");
    assert.deepEqual(errors, []);
  });

  it("a ping is answered with the last frame applied", () => {
    const page = openPage();
    page.show(text("a"));
    page.deliver({ kind: "ping" });
    assert.deepEqual(page.sent, [{ kind: "ack", seq: 1 }]);
  });

  it("a frame that comes while another is applied waits for it", () => {
    const page = openPage();
    page.show(column([control("Input", 1, []), text("a")]));
    page.get("input").addEventListener("blur", () => {});
    const own = page.get(".tw-Text").firstChild;
    Object.defineProperty(own, "data", {
      set() {
        page.patch([{ path: [], index: 1 }], { seq: 3 });
        assert.ok(page.get(".tw-Text"));
      },
    });
    page.patch([{ path: [1], set_props: { content: "b" } }], { seq: 2 });
    assert.equal(page.document.querySelector(".tw-Text"), null);
    assert.deepEqual(errors, []);
  });

  it("what fires while a frame is applied is no act of the user's", () => {
    const page = openPage();
    page.show(column([control("Input", 1, ["blur"]), text("a")]));
    page.get("input").focus();
    page.get("input").remove = function () {
      fire(this, "blur", { bubbles: false });
    };
    page.patch([{ path: [], index: 0 }]);
    assert.deepEqual(page.sent, []);
  });

  it("frames of kinds it has no use for are ignored with a warning", () => {
    const page = openPage();
    const warn = mock.method(console, "warn", () => {});
    for (const kind of ["navigate", "native_call", "hello", "whatever"]) page.deliver({ kind });
    assert.equal(warn.mock.callCount(), 4);
    assert.deepEqual(page.sent, []);
  });
});

describe("styles", () => {
  it("come before the nodes that use them", () => {
    const page = openPage();
    page.show(text("a", { style: "s1a" }), { styles: { s1a: { gap: 8 } } });
    assert.equal(page.get(".tw-Text").className, "tw-Text s1a");
    const [sheet] = page.document.adoptedStyleSheets;
    assert.match(String(sheet.cssRules[0]), /\.s1a\{gap:8px\}/);
  });
});

describe("errors", () => {
  const traceback = `/apps/counter/app.py, line 12, in bump

Traceback (most recent call last):
  File "/lib/python3.14/site-packages/tempestweb_wasm/runtime/session.py", line 90, in run
    handler()
  File "/apps/counter/app.py", line 12, in bump
    1 / 0
ZeroDivisionError: division by zero`;
  const failure = { kind: "error", code: "handler_failed", message: "division by zero", detail: traceback };

  it("in development an overlay tells what happened and where, and goes on request", () => {
    const page = openPage({ dev: true });
    page.show(text("a"));
    page.deliver(failure);
    const overlay = page.get("dialog.tw-overlay");
    assert.match(overlay.textContent, /handler_failed.*division by zero.*\/apps\/counter\/app\.py, line 12, in bump/s);
    assert.equal(page.get("pre").textContent, traceback);
    assert.equal(page.document.activeElement, page.get("dialog button"));
    page.deliver(failure);
    assert.equal(page.document.querySelectorAll("dialog").length, 1);
    assert.match(page.get("dialog").textContent, /error 2/);
    page.get("dialog button").click();
    assert.equal(page.document.querySelector("dialog"), null);
    page.patch([{ path: [], set_props: { content: "lives" } }]);
    assert.equal(page.get(".tw-Text").textContent, "lives");
  });

  it("in production a notice says little, once", () => {
    const page = openPage();
    page.show(text("a"));
    page.deliver(failure);
    page.deliver(failure);
    assert.equal(page.document.querySelectorAll("[role=alert].tw-notice").length, 1);
    assert.doesNotMatch(page.target.textContent ?? "", /division/);
    assert.match(errors[0], /handler_failed: division by zero/);
    page.get(".tw-notice button").click();
    assert.equal(page.document.querySelector(".tw-notice"), null);
  });

  it("a first view that fails shows the failure screen, until a tree comes after all", () => {
    const page = openPage({ dev: true });
    page.deliver(failure);
    assert.match(page.get(".tw-failure").textContent, /has stopped.*division by zero/s);
    page.show(text("a"));
    assert.equal(page.document.querySelector(".tw-failure"), null);
  });
});

describe("stop", () => {
  it("leaves the page as it was, twice without harm", () => {
    const document = openDocument();
    const before = document.document.documentElement.outerHTML;
    const page = openPage({ page: document, dev: true });
    page.show(control("Button", 1, ["click"], { label: "a" }));
    page.deliver({ kind: "error", code: "c", message: "m" });
    const button = page.get(".tw-Button");
    page.client.stop();
    page.client.stop();
    page.target.append(button);
    fire(button, "click");
    button.remove();
    assert.equal(document.document.documentElement.outerHTML, before.replace('id="app"', 'id="app" class=""'));
    assert.deepEqual([page.transport.closed, page.transport.onmessage, page.sent], [1, null, []]);
    assert.deepEqual(document.document.adoptedStyleSheets, []);
  });

  it("a stopped client does not start again", () => {
    const page = openPage();
    page.client.stop();
    page.client.start();
    assert.equal(page.transport.onmessage, null);
  });

  it("clients on one page don't hear each other", () => {
    const one = openPage();
    const target = one.document.createElement("div");
    one.document.body.append(target);
    const two = openPage({ page: { ...one, target } });
    for (const page of [one, two]) page.show(control("Button", 1, ["click"], { label: "a" }));
    fire(target.querySelector("button"), "click");
    one.client.stop();
    two.patch([{ path: [], set_props: { label: "b" } }]);
    assert.deepEqual([one.sent.length, two.sent.length, target.textContent], [0, 1, "b"]);
  });
});
