import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { filesOf } from "../../js/archive.js";
import { compact, expanded, hasRoom } from "../../js/snapshot.js";

describe("a compact snapshot", () => {
  it("comes back as it was, whatever its length", () => {
    for (const length of [8, 4096, 4100, 40_961, 1 << 20]) {
      const bytes = new Uint8Array(length);
      for (const at of [0, length >> 1, length - 1]) bytes[at] = 1 + (at % 255);
      assert.deepEqual(expanded(compact(bytes)), bytes);
    }
  });

  it("holds only the blocks that hold something", () => {
    const bytes = new Uint8Array(1 << 20);
    assert.equal(compact(bytes).length, 8);
    bytes[500_000] = 1;
    assert.equal(compact(bytes).length, 8 + 4 + 4096);
  });

  it("is refused when it is not whole", () => {
    const packed = compact(new Uint8Array(10_000).fill(1));
    assert.throws(() => expanded(packed.subarray(0, packed.length - 1)), /not whole/);
    assert.throws(() => expanded(new Uint8Array(3)));
  });
});

describe("room for a snapshot", () => {
  it("is there while half of what the browser grants stays free", () => {
    assert.equal(hasRoom({ usage: 20, quota: 100 }, 30), true);
    assert.equal(hasRoom({ usage: 20, quota: 100 }, 31), false);
    assert.equal(hasRoom({}, 1), false);
  });
});

describe("an archive", () => {
  it("that is none is named", () => {
    assert.throws(() => filesOf(new Uint8Array(100), "a.bin"), /a\.bin is no archive/);
    const script = new Uint8Array(readFileSync(new URL(import.meta.url)));
    assert.throws(() => filesOf(script, "b.bin"), /b\.bin is no archive/);
  });
});
