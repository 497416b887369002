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
 *   makeMemorySnapshot(): Uint8Array,
 *   _module: {wasmTable: WebAssembly.Table},
 *   _api: {
 *     sitepackages: string, loadDynlib(path: string): Promise<void>,
 *     on_fatal?: (error: unknown) => void,
 *   },
 * }} Pyodide The parts of Pyodide's interface that are used here.
 * @typedef {{file: string, depends: string[], natives: Record<string, string>}} Package A file of
 *   archived modules, and native ones: path in site-packages, file.
 * @typedef {import("./downloads.js").Listed & {
 *   folder: string, loader: string, engine: string, wasm: string, stdlib: string,
 *   site: string, library: string, info: object, packages: Record<string, Package>,
 *   snapshot: string | null,
 * }} Built What the build says of itself, names relative to the runtime's folder. `site` is where
 *   packages lie in Python's file system, `library` the standard library; `snapshot` is the key
 *   for one, null for none.
 * @typedef {import("./snapshot.js").Kept} Kept
 * @typedef {{
 *   create: import("./linking.js").Create, loadPyodide: (options: object) => Promise<Pyodide>,
 * }} Code
 */

import { filesOf } from "./archive.js";
import { Downloads } from "./downloads.js";
import { importModule } from "./fetching.js";
import { linking, nothing } from "./linking.js";
import { Snapshots } from "./snapshot.js";

/** Milliseconds after a start in which the page has better things to do than to keep a snapshot. */
const LATER = 1500;
/** Milliseconds after which a restore has failed; it takes a tenth of one. */
const PATIENCE = 10_000;
/** New files in a folder that it has looked into are not seen otherwise. */
const LOOK_AGAIN = "import importlib; importlib.invalidate_caches()";
/** @param {"prepare" | "wake"} what */
const waking = (what) => `from tempestweb_wasm.browser import waking; waking.${what}(); del waking`;

export class Interpreter {
  /** @type {Pyodide | null} */
  #python = null;
  /** @type {Set<string>} packages that lie in the file system */
  #here = new Set();
  /** @type {Map<string, Promise<WebAssembly.Module>>} by file: a second start takes the same */
  #modules = new Map();
  #base;
  #built;
  #downloads;
  #first;
  #snapshots;

  /**
   * @param {string} base
   * @param {Built} built
   * @param {Downloads} downloads
   * @param {string} first the package that Python starts with, and what it depends on
   */
  constructor(base, built, downloads, first) {
    this.#base = base;
    this.#built = built;
    this.#downloads = downloads;
    this.#first = this.#closure([first]);
    this.#snapshots = built.snapshot ? new Snapshots(base, built.snapshot) : null;
    // One of an earlier build would lie there for good.
    if (!this.#snapshots) void new Snapshots(base, "").remove();
  }

  /** Only after it was loaded. @returns {Pyodide} */
  get python() {
    return /** @type {Pyodide} */ (this.#python);
  }

  /**
   * Begin with the files of the packages *names* and of all that they depend on, except those that
   * Python starts with.
   * @param {readonly string[]} names
   * @returns {Promise<unknown>} rejected when one can't be had
   */
  fetch(names) {
    const more = this.#closure(names).filter((one) => !this.#first.includes(one));
    return Promise.all(more.flatMap((one) => this.#begin(one, false)));
  }

  /**
   * Start Python.
   * @param {() => void} starting called when the code that starts it is here
   * @param {(python: Pyodide) => void} use called when it runs; where it can't be used and is from
   *   a snapshot, that is removed, and this is called once more
   */
  async load(starting, use) {
    const { loader, engine, wasm } = this.#built;
    // At once: a browser compiles what it has while the rest arrives, and the scripts do too.
    for (const name of [wasm, ...nativesOf(this.#first).map(([, file]) => file)]) this.#compile(name);
    const [{ default: create }, { loadPyodide }, snapshot] = await Promise.all([
      importModule(this.#base + engine),
      importModule(this.#base + loader),
      this.#find(),
    ]);
    starting();
    const code = { create, loadPyodide };
    if (snapshot && (await this.#restored(code, snapshot, use))) return;
    await this.#started(code);
    use(this.python);
  }

  /** @param {string} name of a file of wasm */
  #compile(name) {
    this.#downloads.beginWasm(name);
    const module = WebAssembly.compileStreaming(this.#downloads.response(name));
    // Whoever links it is told; until then a failure must not count as unhandled.
    module.catch(() => {});
    this.#modules.set(name, module);
  }

  /** The snapshot, if there is one; if not, what it stands for is on its way. */
  async #find() {
    const found = (await this.#snapshots?.find()) ?? null;
    if (!found) this.#beginArchives();
    return found;
  }

  #beginArchives() {
    this.#downloads.begin(this.#built.stdlib);
    for (const one of this.#first) this.#begin(one);
  }

  /**
   * @param {Package} one
   * @param {boolean} [isNeeded] for all apps
   * @returns {Promise<unknown>[]}
   */
  #begin({ file, natives }, isNeeded) {
    const parts = Object.values(natives).map((native) => this.#downloads.beginWasm(native, isNeeded));
    return [this.#downloads.begin(file, isNeeded), ...parts];
  }

  /** What this Python came from is not to be used again. */
  distrust() {
    void this.#snapshots?.remove();
  }

  /** @param {Code} code */
  async #started(code) {
    const options = { _makeSnapshot: this.#snapshots !== null };
    const [python, files] = await Promise.all([
      this.#boot(code, options),
      this.#unpack(this.#first),
    ]);
    // Not before it runs: what it finds then is in a list of its own, which a snapshot can't have.
    this.#write(python.FS, files);
    python.runPython(LOOK_AGAIN);
    this.#python = python;
    const snapshots = this.#snapshots;
    if (!snapshots) return;
    try {
      const { wasmTable } = python._module;
      const { length } = wasmTable;
      python.runPython(waking("prepare"));
      // Such an address is in the memory, and in no table of a later start.
      if (wasmTable.length !== length) throw new Error("a function was given an address");
      const taken = python.makeMemorySnapshot();
      const archives = await this.#archives();
      setTimeout(() => void snapshots.store(taken, archives), LATER);
    } catch (error) {
      console.warn("tempestweb: no snapshot can be taken:", error);
    }
  }

  /** What Python starts with, unpacked. @returns {Promise<import("./snapshot.js").Files>} */
  async #archives() {
    /** @type {import("./snapshot.js").Files} */
    const found = new Map();
    for (const name of [this.#built.stdlib, ...this.#first.map(({ file }) => file)]) {
      found.set(name, await this.#downloads.bytes(name));
    }
    return found;
  }

  /**
   * @param {Code} code
   * @param {Kept} snapshot
   * @param {(python: Pyodide) => void} use
   * @returns {Promise<boolean>} false when it is of no use; it is removed then
   */
  async #restored(code, snapshot, use) {
    try {
      /** @param {string} name */
      const file = (name) => /** @type {Uint8Array} */ (snapshot.files.get(name));
      const options = { _loadSnapshot: Promise.resolve(snapshot.head) };
      const python = await Promise.race([this.#boot(code, options, snapshot), silence()]);
      this.#write(python.FS, this.#first.map((one) => [one, filesOf(file(one.file), one.file)]));
      python.FS.writeFile(this.#built.library, file(this.#built.stdlib), { canOwn: true });
      python.runPython(waking("wake"));
      this.#python = python;
      use(python);
      console.debug("tempestweb: Python was restored from a snapshot");
      return true;
    } catch (error) {
      console.warn("tempestweb: the snapshot can't be restored, so Python starts anew:", error);
      await this.#snapshots?.remove();
      this.#beginArchives();
      return false;
    }
  }

  /**
   * @param {Code} code
   * @param {object} options
   * @param {Kept} [snapshot]
   */
  async #boot({ create, loadPyodide }, options, snapshot) {
    const { folder, info } = this.#built;
    const indexURL = this.#base + folder;
    const giveBack = Downloads.handOver(this.#answers(indexURL, snapshot !== undefined));
    try {
      return await loadPyodide({
        indexURL,
        packageBaseUrl: indexURL,
        lockFileContents: { info, packages: {} },
        createPyodideModule: linking(create, indexURL, this.#compiled(indexURL), snapshot),
        ...options,
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
    await this.fetch(names);
    const { FS, _api } = this.python;
    this.#write(FS, await this.#unpack(missing));
    for (const [path, file] of missing.flatMap((one) => Object.entries(one.natives))) {
      const full = `${this.#built.site}/${path}`;
      FS.writeFile(full, await this.#downloads.bytes(file));
      await _api.loadDynlib(full);
    }
    this.python.runPython(LOOK_AGAIN);
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
   * Python, and the native modules that it starts with by the addresses that Emscripten makes up for
   * them.
   * @param {string} indexURL
   */
  #compiled(indexURL) {
    const native = nativesOf(this.#first).map(([path, file]) => {
      const module = this.#moduleOf(file);
      return /** @type {const} */ ([`${indexURL}${this.#built.site.slice(1)}/${path}`, module]);
    });
    return { main: this.#moduleOf(this.#built.wasm), native: new Map(native) };
  }

  /** @param {string} file */
  #moduleOf(file) {
    return /** @type {Promise<WebAssembly.Module>} */ (this.#modules.get(file));
  }

  /**
   * What `fetch` answers while Pyodide starts.
   * @param {string} indexURL
   * @param {boolean} isRestored Python reads no library then, until it runs
   */
  #answers(indexURL, isRestored) {
    const { stdlib } = this.#built;
    /** @type {Map<string, () => Promise<Response>>} */
    const answers = new Map();
    // It is compiled already; see `linking`.
    answers.set(`${indexURL}pyodide.asm.wasm`, () => Promise.resolve(nothing()));
    answers.set(`${indexURL}python_stdlib.zip`, async () => {
      if (isRestored) return new Response();
      const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (await this.#downloads.bytes(stdlib));
      return new Response(bytes);
    });
    return answers;
  }

  /**
   * @param {readonly Package[]} packages
   * @returns {Promise<[Package, [path: string, data: Uint8Array][]][]>}
   */
  #unpack(packages) {
    return Promise.all(
      packages.map(async (one) => [one, filesOf(await this.#downloads.bytes(one.file), one.file)]),
    );
  }

  /**
   * @param {FileSystem} fs
   * @param {[Package, [path: string, data: Uint8Array][]][]} unpacked
   */
  #write(fs, unpacked) {
    const { site } = this.#built;
    for (const [{ file, natives }, files] of unpacked) {
      // Python looks for the file of a native module; what is in it is linked already.
      /** @type {[string, Uint8Array][]} */
      const marks = Object.keys(natives).map((path) => [path, new Uint8Array()]);
      /** @type {Set<string>} */
      const folders = new Set();
      for (const [path, data] of [...files, ...marks]) {
        const folder = path.slice(0, path.lastIndexOf("/") + 1);
        if (!folders.has(folder)) fs.mkdirTree(`${site}/${folder}`);
        folders.add(folder);
        fs.writeFile(`${site}/${path}`, data, { canOwn: true });
      }
      this.#here.add(file);
    }
  }
}

/**
 * @param {readonly Package[]} packages
 * @returns {[path: string, file: string][]}
 */
function nativesOf(packages) {
  return packages.flatMap((one) => Object.entries(one.natives));
}

/** @returns {Promise<never>} */
function silence() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("it took too long")), PATIENCE);
  });
}
