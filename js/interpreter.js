/**
 * Pyodide, started from what the build made: its native modules are compiled while the rest
 * arrives and linked before Python starts, its packages lie in its file system by then.
 *
 * @typedef {{
 *   mkdirTree(path: string): void,
 *   writeFile(path: string, data: Uint8Array, options?: {canOwn: boolean}): void,
 * }} FileSystem
 * @typedef {{
 *   FS: FileSystem,
 *   pyimport(name: string): any,
 *   runPython(code: string): any,
 *   _api: {
 *     sitepackages: string, loadDynlib(path: string): Promise<void>,
 *     on_fatal?: (error: unknown) => void,
 *   },
 * }} Pyodide The parts of Pyodide's interface that are used here.
 * @typedef {{file: string, depends: string[], natives: Record<string, string>}} Package A file of
 *   archived modules, and native ones: path in site-packages, file.
 * @typedef {import("./downloads.js").Listed & {
 *   folder: string, loader: string, engine: string, wasm: string, stdlib: string,
 *   site: string, info: object, packages: Record<string, Package>,
 * }} Built What the build says of itself, names relative to the runtime's folder. `site` is where
 *   packages lie in Python's file system.
 * @typedef {{dynamicLibraries?: string[], locateFile(path: string): string}} Settings
 */

import { filesOf } from "./archive.js";
import { Downloads } from "./downloads.js";
import { importModule } from "./fetching.js";

export class Interpreter {
  /** @type {Pyodide | null} */
  #python = null;
  /** @type {Set<string>} packages that lie in the file system */
  #here = new Set();
  #base;
  #built;
  #downloads;

  /**
   * @param {string} base
   * @param {Built} built
   * @param {Downloads} downloads
   */
  constructor(base, built, downloads) {
    this.#base = base;
    this.#built = built;
    this.#downloads = downloads;
  }

  /** Only after it was loaded. @returns {Pyodide} */
  get python() {
    return /** @type {Pyodide} */ (this.#python);
  }

  /**
   * Begin with the files of the packages *names* and of all that they depend on.
   * @param {readonly string[]} names
   */
  fetch(names) {
    for (const { file, natives } of this.#closure(names)) {
      this.#downloads.begin(file);
      for (const native of Object.values(natives)) this.#downloads.beginWasm(native);
    }
  }

  /**
   * Start Python with the packages that were asked for until now.
   * @param {() => void} starting called when the code that starts it is here
   */
  async load(starting) {
    const { loader, engine, wasm, stdlib, folder, site, info } = this.#built;
    this.#downloads.beginWasm(wasm);
    this.#downloads.begin(stdlib);
    const packages = this.#asked();
    const modules = [engine, loader].map((name) => importModule(this.#base + name));
    const [{ default: create }, { loadPyodide }] = await Promise.all(modules);
    starting();
    const indexURL = this.#base + folder;
    const natives = packages.flatMap((one) => Object.entries(one.natives));
    const giveBack = Downloads.handOver(this.#answers(indexURL, natives));
    try {
      this.#python = await loadPyodide({
        indexURL,
        packageBaseUrl: indexURL,
        lockFileContents: { info, packages: {} },
        createPyodideModule: linking(create, indexURL, natives.map(([path]) => `${site}/${path}`)),
        fsInit: (/** @type {FileSystem} */ fs) => this.#write(fs, packages),
      });
    } finally {
      giveBack();
    }
  }

  /**
   * Add the packages *names*, and what they need, to a Python that runs.
   * @param {readonly string[]} names
   */
  async add(names) {
    const missing = this.#closure(names).filter(({ file }) => !this.#here.has(file));
    if (missing.length === 0) return;
    this.fetch(names);
    const { FS, _api } = this.python;
    await this.#write(FS, missing);
    for (const [path, file] of missing.flatMap((one) => Object.entries(one.natives))) {
      const full = `${this.#built.site}/${path}`;
      FS.writeFile(full, await this.#downloads.bytes(file));
      await _api.loadDynlib(full);
    }
    this.python.runPython("import importlib; importlib.invalidate_caches()");
  }

  /** The packages whose files were begun. */
  #asked() {
    return Object.values(this.#built.packages).filter(({ file }) => this.#downloads.has(file));
  }

  /**
   * @param {readonly string[]} names
   * @returns {Package[]}
   */
  #closure(names) {
    const wanted = new Set(names);
    /** @type {Package[]} */
    const found = [];
    for (const name of wanted) {
      const entry = this.#built.packages[name];
      if (!entry) continue;
      found.push(entry);
      for (const other of entry.depends) wanted.add(other);
    }
    return found;
  }

  /**
   * What `fetch` answers while Pyodide starts.
   * @param {string} indexURL
   * @param {[path: string, file: string][]} natives
   */
  #answers(indexURL, natives) {
    const { wasm, stdlib, site } = this.#built;
    /** @type {Map<string, () => Promise<Response>>} */
    const answers = new Map();
    answers.set(`${indexURL}pyodide.asm.wasm`, () => this.#downloads.response(wasm));
    answers.set(`${indexURL}python_stdlib.zip`, async () => {
      const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (await this.#downloads.bytes(stdlib));
      return new Response(bytes);
    });
    for (const [path, file] of natives) {
      answers.set(`${indexURL}${site.slice(1)}/${path}`, () => this.#downloads.response(file));
    }
    return answers;
  }

  /**
   * @param {FileSystem} fs
   * @param {Package[]} packages
   */
  async #write(fs, packages) {
    for (const { file, natives } of packages) {
      const files = filesOf(await this.#downloads.bytes(file), file);
      /** @type {Set<string>} */
      const folders = new Set();
      for (const [path] of [...files, ...Object.entries(natives)]) {
        folders.add(path.slice(0, path.lastIndexOf("/") + 1));
      }
      for (const folder of folders) fs.mkdirTree(`${this.#built.site}/${folder}`);
      for (const [path, data] of files) {
        fs.writeFile(`${this.#built.site}/${path}`, data, { canOwn: true });
      }
      // Python looks for the file; what is in it is linked already.
      for (const path of Object.keys(natives)) {
        fs.writeFile(`${this.#built.site}/${path}`, new Uint8Array());
      }
      this.#here.add(file);
    }
  }
}

/**
 * Wrap what makes Pyodide's module, so that native modules are linked before Python starts: at
 * addresses that are the same every time, and compiled while they arrive.
 * @param {(settings: Settings) => unknown} create
 * @param {string} indexURL
 * @param {string[]} libraries paths in Python's file system
 */
function linking(create, indexURL, libraries) {
  return (/** @type {Settings} */ settings) => {
    const { locateFile } = settings;
    settings.dynamicLibraries = libraries;
    settings.locateFile = (path) =>
      libraries.includes(path) ? indexURL + path.slice(1) : locateFile(path);
    return create(settings);
  };
}
