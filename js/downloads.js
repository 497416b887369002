/**
 * What a start downloads: each file once, counted as its bytes arrive, checked against the hash
 * that the build wrote down, and unpacked where it came packed.
 *
 * Pyodide fetches its files by itself, tells nobody how far it is, and only logs when one fails,
 * after which its promise never settles. So the files are fetched here, all at once, and while
 * Pyodide starts, its calls of `fetch` for exactly the addresses that it makes up are answered
 * with them. Every other call goes through untouched, and afterwards `fetch` is what it was.
 */

import { get, nameOf, wrongFile } from "./fetching.js";
import { StartError } from "./starterror.js";

/**
 * @typedef {{
 *   files: Record<string, [size: number, sha256: string]>, packed: Record<string, string>,
 * }} Listed Files of the build by name: bytes and hash (base64); `packed` names the same file
 *   packed, for hosts that compress nothing.
 * @typedef {object} Item
 * @property {Promise<Response>} response
 * @property {number} received bytes
 * @property {number} size bytes; 0 until it is known
 * @property {boolean} done
 * @property {Promise<void>} checked rejected when it arrived only in part, or is not what was built
 * @property {Promise<Uint8Array>} [bytes] its content, once somebody wanted it
 */

export class Downloads {
  /** @type {Map<string, Item>} by name */
  #items = new Map();
  /** @type {(error: StartError) => void} */
  #fail = () => {};
  #base;
  #listed;
  #progress;

  /**
   * @param {string} base address of the folder that names are relative to
   * @param {Listed} listed
   * @param {() => void} progress called as bytes arrive
   */
  constructor(base, listed, progress) {
    this.#base = base;
    this.#listed = listed;
    this.#progress = progress;
    /** Rejected when a file can't be had; never resolved. @type {Promise<never>} */
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Whoever starts something races against it; before that it must not count as unhandled.
    this.failed.catch(() => {});
  }

  /** The names of files that are not here yet. */
  get pending() {
    return [...this.#items].filter(([, item]) => !item.done).map(([name]) => nameOf(name));
  }

  /** Bytes received and bytes in all, of what was begun. */
  get state() {
    let [received, total] = [0, 0];
    for (const item of this.#items.values()) {
      received += item.received;
      total += Math.max(item.size, item.received);
    }
    return { received, total };
  }

  /**
   * Begin with a file that is used whole, if nobody did.
   * @param {string} name
   * @param {boolean} [isNeeded] can nothing start without it? If not, only those who want it hear
   *   that it can't be had, and it is asked for anew when it is begun again
   */
  begin(name, isNeeded = true) {
    return this.#add(name, isNeeded, (item) => this.#whole(name, item));
  }

  /**
   * Begin with a file of wasm, which is compiled while it arrives.
   * @param {string} name
   * @param {boolean} [isNeeded]
   */
  beginWasm(name, isNeeded = true) {
    return this.#add(name, isNeeded, (item) => this.#streamed(name, item));
  }

  /**
   * The content of a file that was begun, unpacked.
   * @param {string} name
   * @returns {Promise<Uint8Array>}
   */
  bytes(name) {
    const item = /** @type {Item} */ (this.#items.get(name));
    // A second start, after a snapshot was refused, wants it again.
    item.bytes ??= item.response.then(async (response) => {
      const found = content(response);
      // Says better than the browser what is wrong.
      await found.catch(() => item.checked);
      await item.checked;
      return found;
    });
    return item.bytes;
  }

  /**
   * Until the returned function is called, `fetch` answers these addresses, each once.
   * @param {Map<string, () => Promise<Response>>} answers
   * @returns {() => void}
   */
  static handOver(answers) {
    const original = globalThis.fetch;
    /** @type {typeof fetch} */
    const answering = (input, init) => {
      const address = input instanceof URL ? input.href : String(input);
      const answer = answers.get(address);
      if (!answer) return original.call(globalThis, input, init);
      answers.delete(address);
      return answer();
    };
    globalThis.fetch = answering;
    return () => {
      answers.clear();
      // Somebody may have wrapped it in the meantime; then it stays, and lets everything through.
      if (globalThis.fetch === answering) globalThis.fetch = original;
    };
  }

  /**
   * What `fetch` answers with a file of wasm that was begun.
   * @param {string} name
   */
  response(name) {
    return /** @type {Item} */ (this.#items.get(name)).response;
  }

  /**
   * @param {string} name
   * @param {boolean} isNeeded
   * @param {(item: Item) => Promise<Response>} load
   * @returns {Promise<Response>}
   */
  #add(name, isNeeded, load) {
    const begun = this.#items.get(name);
    if (begun) return begun.response;
    const size = this.#listed.files[name]?.[0] ?? 0;
    const item = /** @type {Item} */ ({ received: 0, size, done: false });
    item.response = load(item);
    this.#items.set(name, item);
    const check = item.response.then(() => item.checked);
    check.catch(isNeeded ? this.#fail : () => this.#items.delete(name));
    return item.response;
  }

  /**
   * @param {string} name
   * @param {Item} item
   */
  async #whole(name, item) {
    const integrity = `sha256-${this.#listed.files[name]?.[1]}`;
    /** @param {RequestCache} cache */
    const from = (cache) => get(this.#base + name, { integrity, cache });
    // Another version under the same name may be in the HTTP cache: ask past it, once.
    const again = from("default").catch(() => from("reload"));
    const response = await again.catch(async (error) => {
      // The browser does not say which it was. If it does arrive, it is what is in it.
      await get(this.#base + name, { cache: "reload" });
      throw wrongFile(nameOf(name), error);
    });
    item.checked = this.#count(name, item, response.clone());
    return response;
  }

  /**
   * @param {string} name
   * @param {Item} item
   */
  async #streamed(name, item) {
    const response = await get(this.#base + name);
    const packed = this.#listed.packed[name];
    if (packed && !response.headers.has("content-encoding")) {
      // A host that compresses nothing: the same file packed is a third of it.
      await response.body?.cancel();
      item.size = this.#listed.files[packed]?.[0] ?? 0;
      const whole = await this.#whole(packed, item);
      const stream = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (whole.body);
      const type = { headers: { "content-type": "application/wasm" } };
      return new Response(stream.pipeThrough(new DecompressionStream("gzip")), type);
    }
    const sha256 = this.#listed.files[name]?.[1];
    if (sha256 && response.headers.get("tempest-sha256") === hexadecimal(sha256) && this.#isOurs) {
      // The service worker has hashed it when it kept it.
      [item.received, item.done, item.checked] = [item.size, true, Promise.resolve()];
      this.#progress();
      return response;
    }
    item.checked = this.#count(name, item, response.clone(), sha256);
    return response;
  }

  /** Does our own host answer, so that its service worker may have? */
  get #isOurs() {
    return new URL(this.#base).origin === location.origin;
  }

  /**
   * @param {string} name
   * @param {Item} item
   * @param {Response} copy
   * @param {string} [sha256] to be checked here: `fetch` would hold the stream back until its end
   */
  async #count(name, item, copy, sha256) {
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const parts = [];
    try {
      const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (copy.body).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        item.received += value.byteLength;
        if (sha256) parts.push(value);
        this.#progress();
      }
      item.done = true;
      if (sha256 && !(await hasHash(parts, sha256))) throw wrongFile(nameOf(name));
      this.#progress();
    } catch (error) {
      const text = `${nameOf(name)} stopped half-way: try again.`;
      const stopped = new StartError("download", text, { code: "cut_off", cause: error });
      throw error instanceof StartError ? error : stopped;
    }
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>[]} parts
 * @param {string} sha256
 */
async function hasHash(parts, sha256) {
  // Only where pages are secure; elsewhere a wrong file shows as one that can't be compiled.
  if (!globalThis.crypto?.subtle) return true;
  const hash = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(hash))) === sha256;
}

/** @param {string} base64 */
function hexadecimal(base64) {
  return Array.from(atob(base64), (char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

/**
 * @param {Response} response
 * @returns {Promise<Uint8Array>}
 */
async function content(response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  // How everything that gzip made begins; in development nothing is packed.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
