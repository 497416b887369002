/**
 * A memory snapshot of Python as it is after a first start, before any app: later starts restore
 * it and neither start Python nor import anything.
 *
 * It lies in Cache Storage, one for each runtime, under a key of everything that went in. Only the
 * blocks that hold something are kept, which is a third of the memory.
 */

/** Bytes of a block: smaller ones find more zeros, larger ones are fewer. */
const BLOCK = 4096;
/** Of what the browser grants, this much is left to the app and to others. */
const SPARED = 0.5;

export class Snapshots {
  #name;
  #address;

  /**
   * @param {string} base address of the runtime's folder
   * @param {string} key of what the build made
   */
  constructor(base, key) {
    this.#name = `tempestweb-snapshot ${base}`;
    // What Python found out about its browser is in there, too.
    this.#address = `${base}snapshot?${encodeURIComponent(`${key} ${navigator.userAgent}`)}`;
  }

  /** @returns {Promise<Uint8Array | null>} null when there is none, or none that can be read */
  async find() {
    try {
      const cache = await storage()?.open(this.#name);
      const found = await cache?.match(this.#address);
      return found ? expanded(new Uint8Array(await found.arrayBuffer())) : null;
    } catch (error) {
      console.warn("tempestweb: the snapshot can't be read:", error);
      await this.remove();
      return null;
    }
  }

  /**
   * Keep *bytes* in place of what was kept, if the browser has room.
   * @param {Uint8Array} bytes
   */
  async store(bytes) {
    const caches = storage();
    if (!caches) return;
    const packed = compact(bytes);
    try {
      if (!hasRoom((await navigator.storage?.estimate()) ?? {}, packed.byteLength)) {
        console.debug("tempestweb: no room for a snapshot");
        return;
      }
      await this.remove();
      const cache = await caches.open(this.#name);
      await cache.put(this.#address, new Response(packed));
    } catch (error) {
      // The next start is as slow as this one.
      console.warn("tempestweb: the snapshot can't be kept:", error);
    }
  }

  /** Forget it; harmless when there is none. */
  async remove() {
    await storage()?.delete(this.#name).catch(() => {});
  }
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
 * What {@link compact} was given. Throws for what it did not make.
 * @param {Uint8Array} packed
 * @returns {Uint8Array}
 */
export function expanded(packed) {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const [length, count] = [view.getUint32(0, true), view.getUint32(4, true)];
  const head = 8 + 4 * count;
  if (packed.byteLength !== head + count * BLOCK) throw new Error("it is not whole");
  const bytes = new Uint8Array(length);
  for (let index = 0; index < count; index++) {
    const to = view.getUint32(8 + 4 * index, true) * BLOCK;
    const from = head + index * BLOCK;
    bytes.set(packed.subarray(from, from + Math.min(BLOCK, length - to)), to);
  }
  return bytes;
}
