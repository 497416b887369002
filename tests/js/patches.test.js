import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { Dom } from "../../js/dom.js";
import { column, control, openDocument, openPage, text, writes } from "./page.js";

/** @typedef {import("../../js/types.js").WireNode} WireNode */
/** @typedef {{name: string, before: WireNode | null, patches: unknown[], after: WireNode}} Case */

/** @param {string} name @returns {any} */
const fixture = (name) =>
  JSON.parse(readFileSync(new URL(`../conformance/${name}.json`, import.meta.url), "utf8"));

/** @param {boolean} moveBefore */
function openDom(moveBefore) {
  const { target } = openDocument({ moveBefore });
  return { dom: new Dom(target, () => {}, new AbortController().signal), target };
}

/**
 * The markup, with the ids that the client made numbered anew; those that nothing points to are
 * left out.
 * @param {Element} el
 */
function markup(el) {
  const made = el.innerHTML.match(/tw[a-z0-9]+-\d+/g) ?? [];
  const html = el.innerHTML.replace(/ id="(tw[a-z0-9]+-\d+)"/g, (all, id) =>
    made.filter((other) => other === id).length > 1 ? all : "",
  );
  const ids = [...new Set(html.match(/tw[a-z0-9]+-\d+/g))];
  return html.replace(/tw[a-z0-9]+-\d+/g, (id) => `id${ids.indexOf(id)}`);
}

/** @param {Element} el */
const values = (el) =>
  [...el.querySelectorAll("input, select, textarea")].map((/** @type {any} */ input) => [
    input.value, input.checked,
  ]);

/** The mounted tree as nodes of the wire. @param {any} node @returns {WireNode} */
function wire({ type, key, id, style, props, on, children }) {
  const entries = on && Object.values(on).map((/** @type {any} */ e) => (Object.keys(e).length > 1 ? e : e.type));
  return {
    type,
    ...(key !== undefined && { key }),
    ...(style !== undefined && { style }),
    ...((children.length === 0 || Object.keys(props).length > 0) && { props }),
    ...(children.length > 0 && { children: children.map(wire) }),
    ...(id !== undefined && { id }),
    ...(entries && { on: entries }),
  };
}

/** @param {number} count @param {string} [prefix] */
const rows = (count, prefix = "r") =>
  Array.from({ length: count }, (_, i) => text(`${i}`, { key: `${prefix}${i}` }));

for (const moveBefore of [false, true]) {
  describe(`patches ${moveBefore ? "with" : "without"} moveBefore`, () => {
    for (const { name, before, patches, after } of /** @type {Case[]} */ (fixture("patches"))) {
      it(name, () => {
        const { dom, target } = openDom(moveBefore);
        if (before) dom.apply([{ path: [], node: before }]);
        dom.apply(patches);
        assert.deepEqual(wire(dom.tree), after);
        const fresh = openDom(moveBefore);
        fresh.dom.apply([{ path: [], node: after }]);
        assert.equal(markup(target), markup(fresh.target));
        assert.deepEqual(values(target), values(fresh.target));
      });
    }
  });
}

describe("operations on the live document", () => {
  /** @param {WireNode} tree @param {unknown[]} patches @param {boolean} [moveBefore] */
  function operations(tree, patches, moveBefore = true) {
    const page = openPage({ moveBefore });
    page.show(tree);
    return writes(page.window, () => page.patch(patches));
  }

  it("a text update writes one text node", () => {
    const patches = [{ path: [500], set_props: { content: "x" }, unset_props: [] }];
    assert.deepEqual(operations(column(rows(1000)), patches), ["data"]);
  });

  it("a swap of 2 in 1,000 moves 2", () => {
    const order = Array.from({ length: 1000 }, (_, i) => i);
    [order[1], order[998]] = [998, 1];
    const moves = operations(column(rows(1000)), [{ path: [], order }]);
    assert.deepEqual(moves, ["moveBefore", "moveBefore"]);
  });

  it("a browser without moveBefore moves by insertBefore, as few", () => {
    const moves = operations(column(rows(5)), [{ path: [], order: [4, 0, 1, 2, 3] }], false);
    assert.deepEqual(moves, ["insertBefore"]);
  });

  it("a prepend is one insert, of one row or a hundred", () => {
    for (const nodes of [rows(1, "n"), rows(100, "n")]) {
      const done = operations(column(rows(200)), [{ path: [], index: 0, nodes }]);
      assert.deepEqual(done, ["insertBefore"]);
    }
  });

  it("removing all is one operation, a run too, one row too", () => {
    const tree = column(rows(1000));
    assert.deepEqual(operations(tree, [{ path: [], index: 0, count: 1000 }]), ["textContent"]);
    assert.deepEqual(operations(tree, [{ path: [], index: 10, count: 80 }]), ["deleteContents"]);
    assert.deepEqual(operations(tree, [{ path: [], index: 10 }]), ["remove"]);
  });

  it("a first frame is put on the page at once", () => {
    const page = openPage();
    assert.deepEqual(writes(page.window, () => page.show(column(rows(50)))), ["prepend"]);
  });

  it("a resync of an equal tree writes nothing", () => {
    const tree = column([...rows(20), control("Input", 1, ["input"], { value: "a" })]);
    const page = openPage();
    page.show(tree);
    assert.deepEqual(writes(page.window, () => page.show(tree)), []);
  });
});

describe("what others put into the page", () => {
  it("elements between ours don't count", () => {
    const page = openPage();
    page.show(column(rows(4)));
    const alien = page.document.createElement("aside");
    page.target.children[0].insertBefore(alien, page.target.children[0].children[1]);
    page.patch([
      { path: [], index: 3 },
      { path: [], index: 1, node: text("x") },
      { path: [2], set_props: { content: "y" } },
    ]);
    assert.equal(page.target.textContent, "0xy2");
    assert.ok(alien.isConnected);
  });

  it("removing all leaves a foreign neighbour at the edge", () => {
    const page = openPage();
    page.show(column(rows(4)));
    page.target.children[0].append(page.document.createElement("aside"));
    page.patch([{ path: [], index: 0, count: 4 }]);
    assert.equal(page.target.children[0].innerHTML, "<aside></aside>");
  });

  it("a text that page translation wrapped is written anew", () => {
    const page = openPage();
    page.show(column([text("one")]));
    const font = page.document.createElement("font");
    font.append(page.get(".tw-Text").firstChild);
    page.get(".tw-Text").append(font);
    page.patch([{ path: [0], set_props: { content: "two" } }]);
    assert.equal(page.get(".tw-Text").innerHTML, "two");
  });

  it("an element that was taken away comes back with the resync", () => {
    const page = openPage();
    const tree = column(rows(3));
    page.show(tree);
    page.target.children[0].children[1].remove();
    page.show(tree);
    assert.equal(page.target.textContent, "012");
  });

  it("a placeholder goes when the app comes", () => {
    const page = openPage();
    page.target.append("Loading…");
    page.show(text("here"));
    assert.equal(page.target.textContent, "here");
  });
});
