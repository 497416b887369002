import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, it } from "node:test";

import { StyleSheet, styleToCss } from "../../js/style.js";

/**
 * @typedef {object} Case
 * @property {string} title
 * @property {string} [class]
 * @property {Record<string, unknown>} style
 * @property {string} css
 * @property {number} [dropped]
 */

const file = new URL("../conformance/style.json", import.meta.url);
/** @type {Case[]} */
const cases = JSON.parse(readFileSync(file, "utf8")).cases;

/** @type {unknown[][]} */
let dropped = [];
const report = console.error;
beforeEach(() => {
  dropped = [];
  console.error = (...args) => dropped.push(args);
});
afterEach(() => {
  console.error = report;
});

describe("styleToCss", () => {
  for (const { title, class: name = "s0a", style, css, dropped: count = 0 } of cases) {
    it(title, () => {
      assert.equal(styleToCss(name, style), css);
      assert.equal(dropped.length, count);
    });
  }

  it("drops numbers that are none", () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      assert.equal(styleToCss("s0a", { gap: bad }), "");
    }
    assert.equal(dropped.length, 3);
  });

  it("names what it drops", () => {
    styleToCss("s0a", { width: "wide" });
    assert.deepEqual(dropped, [["tempest: style dropped", "width", "wide"]]);
  });

  it("takes no time for text that almost matches", () => {
    const start = performance.now();
    styleToCss("s0a", { width: `calc(${"(1px) ".repeat(5000)};` });
    styleToCss("s0a", { font_family: `${"a,".repeat(5000)};` });
    assert.ok(performance.now() - start < 250);
  });
});

/** A sheet that keeps what is inserted. */
class FakeSheet {
  /** @type {string[]} */
  cssRules = [];

  /**
   * @param {string} text
   * @param {number} index
   */
  insertRule(text, index) {
    this.cssRules.splice(index, 0, text);
    return index;
  }
}

describe("StyleSheet", () => {
  const Real = globalThis.CSSStyleSheet;
  const other = new FakeSheet();
  /** @type {any} */
  let root;
  beforeEach(() => {
    globalThis.CSSStyleSheet = /** @type {any} */ (FakeSheet);
    root = { adoptedStyleSheets: [other] };
  });
  afterEach(() => {
    globalThis.CSSStyleSheet = Real;
  });

  it("stands after the sheets that are there, and leaves them alone when removed", () => {
    const sheet = new StyleSheet(root);
    assert.deepEqual(root.adoptedStyleSheets, [other, sheet.sheet]);
    sheet.remove();
    sheet.remove();
    assert.deepEqual(root.adoptedStyleSheets, [other]);
  });

  it("calls the parser once for all styles of a frame", () => {
    const sheet = new StyleSheet(root);
    sheet.add({ s0a: { gap: 1 }, s0b: { gap: 2 } });
    assert.deepEqual(sheet.sheet.cssRules, ["@media all{.s0a{gap:1px}.s0b{gap:2px}}"]);
  });

  it("adds each style once, in the order of arrival", () => {
    const sheet = new StyleSheet(root);
    sheet.add({ s0a: { gap: 1 } });
    sheet.add({ s0a: { gap: 1 } });
    sheet.add({ s0a: { gap: 1 }, s0b: { gap: 2 } });
    assert.deepEqual(sheet.sheet.cssRules, [
      "@media all{.s0a{gap:1px}}",
      "@media all{.s0b{gap:2px}}",
    ]);
  });

  it("inserts nothing for styles that set nothing", () => {
    const sheet = new StyleSheet(root);
    sheet.add({ s0a: {} });
    assert.equal(sheet.sheet.cssRules.length, 0);
  });
});
