/**
 * What a start downloads: each file once, counted as its bytes arrive, checked for what hosts get
 * wrong, and handed to Pyodide when that asks for it.
 *
 * Pyodide fetches its files by itself, tells nobody how far it is, and only logs when one fails,
 * after which its promise never settles. So the files are fetched here, all at once, and while
 * Pyodide starts, its calls of `fetch` for exactly these addresses are answered with what is on
 * its way already. Every other call goes through untouched, and afterwards `fetch` is what it was.
 */

import { StartError } from "./starterror.js";

/**
 * @typedef {object} Item
 * @property {Promise<Response>} response
 * @property {number} received bytes
 * @property {number} size bytes; 0 until it is known
 * @property {number} built bytes, as the build says; 0 if it does not
 * @property {boolean} done
 * @property {boolean} taken a body can be read once
 */

export class Downloads {
  /** @type {Map<string, Item>} by absolute address */
  #items = new Map();
  /** @type {(error: StartError) => void} */
  #fail = () => {};
  #progress;

  /** @param {() => void} progress called as bytes arrive */
  constructor(progress) {
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
    return [...this.#items].filter(([, item]) => !item.done).map(([address]) => nameOf(address));
  }

  /** Bytes received and, as far as they are known, bytes in all. */
  get state() {
    let [received, total, unknown] = [0, 0, false];
    for (const item of this.#items.values()) {
      received += item.received;
      total += Math.max(item.size, item.received);
      unknown ||= item.size === 0 && !item.done;
    }
    return { received, total, unknown };
  }

  /**
   * Begin with *address*, if nobody did.
   * @param {string} address
   * @param {string} [integrity]
   */
  begin(address, integrity) {
    if (this.#items.has(address)) return;
    const response = this.#get(address, integrity);
    /** @type {Item} */
    const item = { response, received: 0, size: 0, built: 0, done: false, taken: false };
    this.#items.set(address, item);
    response.then(
      (arrived) => this.#count(address, item, arrived.clone()),
      (error) => this.#fail(error),
    );
  }

  /**
   * @param {string} address
   * @param {number} size in bytes, as it was built
   */
  expect(address, size) {
    const item = this.#items.get(address);
    if (!item) return;
    item.size = item.built = size;
    this.#judge(address, item);
  }

  /**
   * Until the returned function is called, `fetch` answers with these files, each once.
   * @returns {() => void}
   */
  handOver() {
    const original = globalThis.fetch;
    const items = this.#items;
    /** @type {typeof fetch} */
    const answering = (input, init) => {
      const address = input instanceof URL ? input.href : String(input);
      const item = items.get(address);
      if (!item || item.taken) return original.call(globalThis, input, init);
      item.taken = true;
      return item.response;
    };
    globalThis.fetch = answering;
    return () => {
      items.clear();
      // Somebody may have wrapped it in the meantime; then it stays, and lets everything through.
      if (globalThis.fetch === answering) globalThis.fetch = original;
    };
  }

  /**
   * @param {string} address
   * @param {string} [integrity]
   * @returns {Promise<Response>}
   */
  #get(address, integrity) {
    /** @param {RequestCache} cache */
    const from = (cache) => get(address, { integrity, cache });
    // Another version under the same name may be in the HTTP cache: ask past it, once.
    return integrity ? from("default").catch(() => from("reload")) : from("default");
  }

  /**
   * @param {string} address
   * @param {Item} item
   */
  #judge(address, item) {
    if (!item.done || !item.built || item.received === item.built) return;
    const text = `${nameOf(address)} is not the file that was built: upload the whole build.`;
    this.#fail(new StartError("download", text, { code: "wrong_file" }));
  }

  /**
   * @param {string} address
   * @param {Item} item
   * @param {Response} copy
   */
  async #count(address, item, copy) {
    try {
      const { headers } = copy;
      if (!item.size && !headers.has("content-encoding")) {
        item.size = Number(headers.get("content-length"));
      }
      const reader = /** @type {ReadableStream<Uint8Array>} */ (copy.body).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        item.received += value.byteLength;
        this.#progress();
      }
      item.done = true;
      this.#judge(address, item);
      this.#progress();
    } catch (error) {
      const name = nameOf(address);
      this.#fail(new StartError("download", `${name} stopped half-way: try again.`, { cause: error }));
    }
  }
}

/**
 * Fetch a small text file of ours; what is in the HTTP cache is checked with the host first.
 * @param {string} address
 * @returns {Promise<any>} what the JSON says
 */
export async function fetchJson(address) {
  const response = await get(address, { cache: "no-cache" });
  try {
    return await response.json();
  } catch (error) {
    throw new StartError("download", `${nameOf(address)} is not JSON: build the app again.`, {
      cause: error,
    });
  }
}

/**
 * @param {string} address
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
export async function get(address, init) {
  let response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    const why = init?.integrity ? "did not arrive as it was built" : "did not arrive";
    const text = `${nameOf(address)} ${why}: check the connection and try again.`;
    throw new StartError("download", text, { cause: error });
  }
  return checked(response, address);
}

/**
 * Import a module, and where that fails find out why: the browser does not say.
 * @param {string} address
 * @returns {Promise<any>}
 */
export async function importModule(address) {
  try {
    return await import(address);
  } catch (error) {
    const response = await get(address);
    const type = response.headers.get("content-type");
    const name = nameOf(address);
    const text = /javascript/.test(type ?? "")
      ? `${name} can't be run by this browser: ${error}`
      : `the host sends ${name} as ${type ?? "no type"}: it must be text/javascript.`;
    throw new StartError("download", text, { cause: error });
  }
}

/**
 * @param {Response} response
 * @param {string} address
 * @returns {Response}
 */
function checked(response, address) {
  const name = nameOf(address);
  if (!response.ok) {
    const { status, statusText } = response;
    const text = `the host has no ${name} (${status} ${statusText}): upload the whole build.`;
    const other = `the host answered ${status} ${statusText} for ${name}: try again.`;
    const code = `http_${status}`;
    throw new StartError("download", status === 404 ? text : other, { code });
  }
  const type = response.headers.get("content-type") ?? "";
  if (/^text\/html/.test(type) && !/\.html?$/.test(name)) {
    const text = `the host answered with a web page in place of ${name}: upload the whole build.`;
    throw new StartError("download", text, { code: "wrong_type" });
  }
  if (!/\.wasm$/.test(name) || type === "application/wasm") return response;
  // Compiling while it arrives insists on the type, which many hosts don't know.
  return new Response(response.body, { headers: { "content-type": "application/wasm" } });
}

/** @param {string} address */
function nameOf(address) {
  const { pathname } = new URL(address);
  return decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1));
}
