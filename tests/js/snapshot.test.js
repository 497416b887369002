import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { filesOf } from "../../js/archive.js";
import { compact, hasRoom, opened, packedWith, sumOf } from "../../js/snapshot.js";

/**
 * A snapshot as Pyodide makes them: its own words first, and how long they are.
 * @param {number} length of the memory
 */
function snapshot(length) {
  const bytes = new Uint8Array(48 + length);
  new Uint32Array(bytes.buffer).set([7, 48, 16]);
  return bytes;
}

/** @param {Blob} blob */
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

describe("a kept snapshot", () => {
  it("comes back as it was, whatever its length and what was there before", async () => {
    for (const length of [8, 4048, 4096, 40_960, 1 << 20]) {
      const bytes = snapshot(length);
      for (const at of [0, length >> 1, length - 1]) bytes[48 + at] = 1 + (at % 255);
      const { head, size, write } = opened(await bytesOf(packedWith(bytes, new Map())));
      assert.deepEqual(head, bytes.slice(0, 48));
      assert.equal(size, length);
      const memory = new Uint8Array(length + 100).fill(9);
      write(memory);
      assert.deepEqual(memory.slice(0, length), bytes.slice(48));
      assert.deepEqual(memory.slice(length), new Uint8Array(100).fill(9));
    }
  });

  it("has the files with it", async () => {
    const files = new Map([
      ["a.bin", new Uint8Array([1, 2, 3])],
      ["b.bin", new Uint8Array()],
      ["c.bin", new Uint8Array(10_000).fill(5)],
    ]);
    assert.deepEqual(opened(await bytesOf(packedWith(snapshot(4096), files))).files, files);
  });

  it("holds only the blocks that hold something", () => {
    const bytes = new Uint8Array(1 << 20);
    assert.equal(compact(bytes).length, 8);
    bytes[500_000] = 1;
    assert.equal(compact(bytes).length, 8 + 4 + 4096);
  });

  it("is refused when it is not whole", async () => {
    const files = new Map([["a.bin", new Uint8Array(5000)]]);
    const packed = await bytesOf(packedWith(snapshot(10_000).fill(1, 48), files));
    for (const length of [packed.length - 1, packed.length - 4, 8000, 3]) {
      assert.throws(() => opened(packed.subarray(0, length)));
    }
  });
});

describe("the sum of what is kept", () => {
  it("is another one for every wrong byte", () => {
    for (const length of [1, 4, 7, 4096]) {
      const bytes = new Uint8Array(length).map((_, at) => at % 251);
      const sum = sumOf(bytes);
      for (let at = 0; at < length; at++) {
        bytes[at] ^= 1 << at % 8;
        assert.notEqual(sumOf(bytes), sum);
        bytes[at] ^= 1 << at % 8;
      }
      assert.equal(sumOf(bytes), sum);
    }
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
