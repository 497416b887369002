import assert from "node:assert/strict";
import { test } from "node:test";

import { checked } from "../../js/fetching.js";

const page = () => new Response("<p>", { headers: { "content-type": "text/html" } });

test("a web page is what it should be where a page was asked for, whatever its case", () => {
  for (const name of ["page.html", "PAGE.HTML", "old.Htm"]) {
    assert.ok(checked(page(), `https://app.test/assets/${name}`));
  }
});

test("a web page in the place of another file is the host's mistake", () => {
  assert.throws(() => checked(page(), "https://app.test/data.json"), { code: "wrong_type" });
});
