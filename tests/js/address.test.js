import assert from "node:assert/strict";
import { it } from "node:test";

import { pageOf } from "../../js/address.js";

const a = "a".repeat(600);
const b = "b".repeat(1500);

it("says path and query, and of what is too long as much as a server takes", () => {
  assert.equal(pageOf({ pathname: "/a", search: "?b=1" }), "/a?b=1");
  assert.equal(pageOf({ pathname: "/", search: `?${b}${a.slice(56)}` })?.length, 2046);
  assert.equal(pageOf({ pathname: `/${a}`, search: `?${b}` }), `/${a}`);
  assert.equal(pageOf({ pathname: "/", search: `?${"\\".repeat(1100)}` }), "/");
  assert.equal(pageOf({ pathname: `/${a}${b}`, search: "" }), undefined);
});
