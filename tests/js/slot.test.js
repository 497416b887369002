/** A Slot: what the page's own scripts may do with the element that it took. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Client } from "../../js/client.js";
import { column, control, fire, openDocument, openPage, text } from "./page.js";

/** @typedef {import("../../js/types.js").WireNode} WireNode */

const HTML = `<main id="around"><section id="own"><input><button>B</button></section></main>
<div id="box"><div id="inner"></div></div><div id="other"></div>`;

/** @param {string} element_id @param {Partial<WireNode>} [more] @returns {WireNode} */
const slot = (element_id, more) =>
  ({ type: "Slot", props: { element_id }, children: [text("Wait")], ...more });

/** A page whose owner wrote HTML around the app. @param {(page: any) => void} [before] */
function open(before) {
  const page = openDocument();
  const { window, document } = page;
  Object.assign(globalThis, { MutationObserver: window.MutationObserver, Comment: window.Comment });
  document.body.insertAdjacentHTML("beforeend", HTML);
  before?.(page);
  const app = openPage({ page });
  /** @param {string} id */
  const where = (id) => document.getElementById(id)?.parentElement;
  return { ...app, where };
}

/** Observers are called in between. */
const observed = () => new Promise((resolve) => setTimeout(resolve));

describe("the element of a Slot", () => {
  for (const place of ["around", "other"]) {
    it(`stays in #${place} where a script takes it, and comes in again by the script`, async () => {
      const { show, get, where } = open();
      show(column([slot("own")]));
      const own = get("#own");
      assert.equal(where("own"), get(".tw-Slot"));
      get(`#${place}`).append(own);
      await observed();
      assert.equal(where("own"), get(`#${place}`));
      show(column([slot("own")]));
      assert.equal(where("own"), get(`#${place}`));
    });
  }

  it("is left to a script that holds it, by whatever it does", async () => {
    let rounds = 0;
    const { get, show, where, window, document } = open();
    const own = get("#own");
    const hold = () => void (where("own") !== get("#around") && rounds++ < 100 && get("#around").append(own));
    new window.MutationObserver(hold).observe(document, { childList: true, subtree: true });
    show(column([slot("own")]));
    await observed();
    assert.equal(rounds, 1);
    assert.equal(where("own"), get("#around"));
  });

  it("goes away with a place that the page rendered anew", () => {
    const { get, show, document } = open();
    show(column([slot("own")]));
    get("#around").innerHTML = "<p>new</p>";
    show(column([text("gone")]));
    assert.equal(document.getElementById("own"), null);
    assert.equal(get("#around").innerHTML, "<p>new</p>");
  });
});

describe("an app with a Slot that is off the document for a while", () => {
  it("applies its frames, and fills the Slot when it is back", () => {
    const { get, show, patch, target, events, document } = open();
    show(column([slot("later"), text("0")]));
    target.remove();
    for (const content of ["1", "2", "3"]) patch([{ path: [1], set_props: { content } }]);
    assert.deepEqual(events(), []);
    document.body.append(target);
    assert.equal(get(".tw-Column").lastChild.textContent, "3");
  });
});

describe("events in a Slot", () => {
  it("are the other app's where the element holds one", () => {
    /** @type {any[]} */
    const sent = [];
    const { get, show, where, events } = open(({ document }) => {
      const transport = {
        /** @type {((text: string) => void) | null} */
        onmessage: null,
        send: (/** @type {string} */ line) => void sent.push(JSON.parse(line)),
        close: () => {},
      };
      new Client(/** @type {Element} */ (document.getElementById("inner")), { transport }).start();
      const node = column([control("Button", 7, ["click"], { label: "Two" }), slot("own")]);
      const frame = { kind: "patches", seq: 1, data: [{ path: [], node }] };
      transport.onmessage?.(JSON.stringify(frame));
    });
    show(column([slot("box")], { id: 1, on: ["click"] }));
    assert.equal(where("box")?.className, "tw-Slot");
    fire(get("#inner .tw-Button"), "click");
    assert.deepEqual(sent.map(({ data }) => data.id), [7]);
    fire(get("#own button"), "click");
    assert.equal(sent.length, 1);
    assert.deepEqual(events(), []);
  });

  it("submit no form of the app, by a button or by Enter in a field", () => {
    const { get, show, events } = open();
    const button = control("Button", 4, [], { label: "Send", type: "submit" });
    show({ type: "Form", id: 3, on: ["submit"], children: [slot("own"), button] });
    get("#own button").click();
    get("#own input").focus();
    get(".tw-Button").click();
    assert.deepEqual(events(), []);
    get(".tw-Button").focus();
    get(".tw-Button").click();
    assert.deepEqual(events().map(({ type }) => type), ["submit"]);
  });
});
