import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { StartError } from "../../js/starterror.js";

describe("a start that failed", () => {
  test("keeps what it says when it is told again", () => {
    const error = new StartError("packages", "nothing came", { code: "cut_off", detail: "more" });
    const again = StartError.again(structuredClone(error.told()));
    assert.deepEqual(again.told(), error.told());
    assert.ok(again instanceof StartError);
  });

  test("keeps its code when it comes from the other file of the page", async () => {
    const other = await import(`../../js/starterror.js?${"other"}`);
    const error = new other.StartError("download", "it is gone", { code: "http_404" });
    assert.equal(StartError.from(error, "app").code, "http_404");
  });

  test("a Python error is told by its last line, with all of it as the detail", () => {
    const text = "Traceback (most recent call last):\n  File \"x\"\nValueError: no\n";
    const error = StartError.from(new Error(text), "app");
    assert.deepEqual(error.told(), {
      stage: "app", message: "ValueError: no", code: "app_failed", detail: text,
    });
  });

  for (const said of [
    "WebAssembly.Memory(): could not allocate memory",
    "/apps/big/app.py:3: MemoryError",
    "Out of memory: Cannot allocate Wasm memory for new instance",
  ]) {
    test(`"${said}" is a lack of memory`, () => {
      const error = StartError.from(new RangeError(said), "runtime");
      assert.equal(error.code, "out_of_memory");
      assert.match(error.message, /memory: close other tabs/);
      assert.equal(error.detail, said);
    });
  }

  test("each code of the page is in the docs", async () => {
    const folder = new URL("../../js/", import.meta.url);
    const docs = await readFile(new URL("../../docs/errors.md", import.meta.url), "utf8");
    const codes = new Set();
    for (const name of await readdir(folder)) {
      if (!name.endsWith(".js")) continue;
      const text = await readFile(new URL(name, folder), "utf8");
      if (!text.includes("StartError(")) continue;
      for (const [, code] of text.matchAll(/code: "(\w+)"/g)) codes.add(code);
    }
    assert.ok(codes.size > 5);
    assert.deepEqual([...codes].filter((code) => !docs.includes(`\`${code}\``)), []);
  });
});
