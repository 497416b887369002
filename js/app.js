/**
 * The files of one app: fetched, and written where Python finds them.
 *
 * @typedef {{
 *   name: string, title?: string, module: string, files: string[],
 *   hashes?: Record<string, string>, packages?: string[],
 * }} Description What the build says in _tempest.json.
 */

import { fetchJson, get, nameOf, wrongFile } from "./fetching.js";
import { StartError } from "./starterror.js";

export class App {
  #name;
  #files;

  /**
   * @param {string} href of its folder, or of the file in it that is the app
   * @param {readonly App[]} others apps that have their places already
   */
  constructor(href, others) {
    const { pathname } = new URL(href);
    this.base = new URL(".", href).href;
    this.#name = decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1));
    this.folder = freeFolder(this.base, others);
    /** @type {Promise<Description>} */
    this.description = this.#describe();
    this.#files = this.description.then((description) => this.#fetch(description));
    // Both are waited for later; until then a failure must not count as unhandled.
    this.#files.catch(() => {});
  }

  /**
   * @param {{mkdirTree(path: string): void, writeFile(path: string, data: Uint8Array): void}} fs
   */
  async writeTo(fs) {
    for (const [name, bytes] of await this.#files) {
      const path = `${this.folder}/${name}`;
      fs.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      fs.writeFile(path, bytes);
    }
  }

  async #describe() {
    /** @type {Description} */
    let described;
    try {
      described = await fetchJson(`${this.base}_tempest.json`);
    } catch (error) {
      // Some hosts answer with a page of theirs in place of a file that they don't have.
      const isMissing = ["http_404", "wrong_type"].includes(StartError.from(error, "app").code);
      if (!this.#name || !isMissing) throw error;
      // A single file that no build has seen is an app too.
      return { name: this.#name, module: stem(this.#name), files: [this.#name] };
    }
    return this.#name ? { ...described, module: stem(this.#name) } : described;
  }

  /**
   * @param {Description} description
   * @returns {Promise<[string, Uint8Array][]>}
   */
  #fetch({ files, hashes }) {
    return Promise.all(
      files.map(async (name) => {
        const url = new URL(name.split("/").map(encodeURIComponent).join("/"), this.base);
        const integrity = hashes?.[name];
        // An older file under the same name may be in the HTTP cache.
        if (integrity) url.searchParams.set("v", integrity);
        return [name, await bytesOf(url.href, integrity)];
      }),
    );
  }
}

/**
 * @param {string} address
 * @param {string} [integrity]
 */
async function bytesOf(address, integrity) {
  try {
    const response = await get(address, { integrity });
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (!integrity || !(error instanceof StartError) || error.code !== "no_answer") throw error;
    // The browser does not say which it was. If it does arrive, it is what is in it.
    await get(address, { cache: "reload" });
    throw wrongFile(nameOf(address), error);
  }
}

/** @param {string} name @returns {string} */
function stem(name) {
  return name.replace(/\.py$/, "");
}

/**
 * @param {string} base
 * @param {readonly App[]} others
 * @returns {string} a folder of the interpreter, after the app's own name
 */
function freeFolder(base, others) {
  const name = /([^/]+)\/$/.exec(new URL(base).pathname)?.[1] ?? "app";
  const wanted = `/apps/${decodeURIComponent(name).replace(/[^\w.-]/g, "_")}`;
  const taken = new Set(others.map((other) => other.folder));
  let folder = wanted;
  for (let number = 2; taken.has(folder); number++) folder = `${wanted}-${number}`;
  return folder;
}
