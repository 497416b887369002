/**
 * A memory snapshot of Python as it is after a first start, before any app: later starts restore
 * it and neither start Python nor import anything.
 *
 * It lies in Cache Storage, one for each runtime, under a key of everything that went in. Only the
 * blocks that hold something are kept, which is a third of the memory. The files that Python had
 * by then lie behind them, unpacked: a later start needs no archive. A sum is kept with all that:
 * Python with a wrong byte somewhere may fail at anything, and would at every start.
 *
 * @typedef {Map<string, Uint8Array>} Files by name
 * @typedef {{head: Uint8Array, write(memory: Uint8Array): void, size: number, files: Files}} Kept
 *   What Pyodide is to read first; `write` puts the rest into its memory, which must be `size`
 *   bytes long at least.
 */

/** Bytes of a block: smaller ones find more zeros, larger ones are fewer. */
const BLOCK = 4096;
/** Of what the browser grants, this much is left to the app and to others. */
const SPARED = 0.5;
/** Of FNV-1a with 32 bits. */
const PRIME = 0x01000193;
/** The header that its sum is kept in. */
const SUM = "tempest-sum";

export class Snapshots {
  #name;
  #address;

  /**
   * @param {string} base address of the runtime's folder
   * @param {string} key of what the build made
   */
  constructor(base, key) {
    this.#name = `tempestweb-snapshot ${base}`;
    // What Python found out about its browser is in there, too, and where and whose it is.
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const all = [key, navigator.userAgent, timeZone, navigator.language].join(" ");
    this.#address = `${base}snapshot?${encodeURIComponent(all)}`;
  }

  /** @returns {Promise<Kept | null>} null when there is none, or none that can be read */
  async find() {
    try {
      const found = await storage()?.match(this.#address, { cacheName: this.#name });
      if (!found) return null;
      const bytes = new Uint8Array(await found.arrayBuffer());
      if (found.headers.get(SUM) !== sumOf(bytes)) throw new Error("it is not what was kept");
      return opened(bytes);
    } catch (error) {
      console.warn("tempestweb: the snapshot can't be read:", error);
      await this.remove();
      return null;
    }
  }

  /**
   * Keep *bytes* and *files* in place of what was kept, if the browser has room.
   * @param {Uint8Array} bytes as Pyodide makes them
   * @param {Files} files
   */
  async store(bytes, files) {
    const caches = storage();
    if (!caches) return;
    const packed = packedWith(bytes, files);
    try {
      if (!hasRoom((await navigator.storage?.estimate()) ?? {}, packed.size)) {
        console.debug("tempestweb: no room for a snapshot");
        return;
      }
      await this.remove();
      const cache = await caches.open(this.#name);
      const headers = { [SUM]: sumOf(new Uint8Array(await packed.arrayBuffer())) };
      await cache.put(this.#address, new Response(packed, { headers }));
    } catch (error) {
      // The next start is as slow as this one. What browsers say of their room may be a round
      // number (Chromium: ten gigabytes, whatever there is), so that this is where it ends.
      await this.remove();
      console.warn("tempestweb: the snapshot can't be kept:", error);
    }
  }

  /** Forget it; harmless when there is none. */
  async remove() {
    await storage()?.delete(this.#name).catch(() => {});
  }
}

/**
 * What tells *bytes* from any that a fault of a disk makes of them: FNV-1a by words, in four sums,
 * since each step of one waits for the step before. A digest that also withstands ill will takes
 * four times as long, a fifth of a later start, and guards nothing here: who can write into this
 * storage can as well write a sum.
 * @param {Uint8Array} bytes that begin where their buffer does
 */
export function sumOf(bytes) {
  const words = new Uint32Array(bytes.buffer, 0, (bytes.byteLength >>> 4) * 4);
  let [a, b, c, d] = [1, 2, 3, 4];
  for (let at = 0; at < words.length; at += 4) {
    a = Math.imul(a ^ words[at], PRIME);
    b = Math.imul(b ^ words[at + 1], PRIME);
    c = Math.imul(c ^ words[at + 2], PRIME);
    d = Math.imul(d ^ words[at + 3], PRIME);
  }
  for (const byte of bytes.subarray(words.byteLength)) a = Math.imul(a ^ byte, PRIME);
  return [a, b, c, d].join(" ");
}

/**
 * Cache Storage; a page that is not secure has none, and in a frame that may store nothing asking
 * for it throws.
 * @returns {CacheStorage | undefined}
 */
function storage() {
  try {
    return globalThis.caches;
  } catch {
    return undefined;
  }
}

/**
 * Whether *size* bytes more leave enough to the app and to others.
 * @param {StorageEstimate} estimate
 * @param {number} size
 */
export function hasRoom({ usage = 0, quota = 0 }, size) {
  return usage + size <= quota * SPARED;
}

/**
 * The blocks of *bytes* that hold something: length, how many, their numbers, themselves.
 * @param {Uint8Array} bytes
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function compact(bytes) {
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 3);
  const perBlock = BLOCK >>> 3;
  /** @type {number[]} */
  const kept = [];
  for (let block = 0; block * BLOCK < bytes.byteLength; block++) {
    const end = Math.min((block + 1) * perBlock, words.length);
    // What is left of a last word is kept unseen.
    let isEmpty = (block + 1) * BLOCK <= bytes.byteLength;
    for (let at = block * perBlock; isEmpty && at < end; at++) isEmpty = words[at] === 0n;
    if (!isEmpty) kept.push(block);
  }
  const head = 8 + 4 * kept.length;
  const packed = new Uint8Array(head + kept.length * BLOCK);
  const view = new DataView(packed.buffer);
  view.setUint32(0, bytes.byteLength, true);
  view.setUint32(4, kept.length, true);
  kept.forEach((block, index) => {
    view.setUint32(8 + 4 * index, block, true);
    packed.set(bytes.subarray(block * BLOCK, (block + 1) * BLOCK), head + index * BLOCK);
  });
  return packed;
}

/**
 * A snapshot as it is kept: its blocks, the files, a list of them, and the length of that.
 * @param {Uint8Array} bytes
 * @param {Files} files
 * @returns {Blob}
 */
export function packedWith(bytes, files) {
  const blocks = compact(bytes);
  const sizes = [...files].map(([name, { byteLength }]) => [name, byteLength]);
  const list = new TextEncoder().encode(JSON.stringify([blocks.byteLength, sizes]));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, list.byteLength, true);
  const parts = /** @type {Uint8Array<ArrayBuffer>[]} */ ([blocks, ...files.values(), list, length]);
  return new Blob(parts);
}

/**
 * Read what {@link packedWith} made. Throws for what it did not make.
 * @param {Uint8Array} packed
 * @returns {Kept}
 */
export function opened(packed) {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const end = packed.byteLength - 4;
  const start = end - view.getUint32(end, true);
  const [length, sizes] = JSON.parse(new TextDecoder().decode(packed.subarray(start, end)));
  /** @type {Files} */
  const files = new Map();
  // A copy: Python keeps its files for good, and what is before them need not stay with them.
  const all = packed.slice(length, start);
  let at = 0;
  for (const [name, size] of sizes) files.set(name, all.subarray(at, (at += size)));
  if (at !== all.length) throw new Error("it is not whole");
  return { files, ...blocksOf(packed.subarray(0, length)) };
}

/**
 * What {@link compact} was given. Pyodide has its own words at the beginning, and says there how
 * long they are; the memory comes after them.
 * @param {Uint8Array} packed
 */
function blocksOf(packed) {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const [length, count] = [view.getUint32(0, true), view.getUint32(4, true)];
  const first = 8 + 4 * count;
  if (packed.byteLength !== first + count * BLOCK) throw new Error("it is not whole");
  /** @param {Uint8Array} target @param {number} from where *target* begins */
  const copy = (target, from) => {
    let done = from;
    for (let index = 0; index < count; index++) {
      const block = view.getUint32(8 + 4 * index, true) * BLOCK;
      const [start, end] = [Math.max(block, from), Math.min(block + BLOCK, length, from + target.length)];
      if (start >= end) continue;
      target.fill(0, done - from, start - from);
      const at = first + index * BLOCK - block;
      target.set(packed.subarray(at + start, at + end), start - from);
      done = end;
    }
    target.fill(0, done - from);
  };
  const words = new Uint32Array(2);
  copy(new Uint8Array(words.buffer), 0);
  if (words[1] > length) throw new Error("it is not whole");
  const head = new Uint8Array(words[1]);
  copy(head, 0);
  const size = length - head.length;
  const write = (/** @type {Uint8Array} */ memory) => copy(memory.subarray(0, size), head.length);
  return { head, size, write };
}
