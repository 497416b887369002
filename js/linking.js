/**
 * How Pyodide's module is made from wasm that is compiled already.
 *
 * @typedef {{
 *   dynamicLibraries?: string[], locateFile(path: string): string,
 *   linkedModules?: Map<string, Promise<WebAssembly.Module>>,
 *   instantiateWasm(imports: WebAssembly.Imports, done: Instantiated): object,
 * }} Settings `linkedModules` is what the build adds to Pyodide: native modules by address.
 * @typedef {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} Instantiated
 * @typedef {{
 *   HEAPU8: Uint8Array, growMemory(bytes: number): unknown,
 *   API: {restoreSnapshot(head: Uint8Array): unknown},
 * }} Module
 * @typedef {(settings: Settings) => Promise<Module>} Create
 * @typedef {import("./snapshot.js").Kept} Kept
 */

/** A module with nothing in it. */
const EMPTY = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** What Pyodide gets in place of its own wasm. @returns {Response} */
export function nothing() {
  return new Response(EMPTY, { headers: { "content-type": "application/wasm" } });
}

/**
 * Wrap what makes Pyodide's module, so that it takes what is compiled, and native modules are linked
 * before Python starts, at addresses that are the same every time. A snapshot is written right where
 * it belongs.
 * @param {Create} create
 * @param {string} indexURL
 * @param {{
 *   main: Promise<WebAssembly.Module>, native: Map<string, Promise<WebAssembly.Module>>,
 * }} compiled native modules by address
 * @param {Kept} [snapshot]
 */
export function linking(create, indexURL, compiled, snapshot) {
  return async (/** @type {Settings} */ settings) => {
    const { locateFile, instantiateWasm } = settings;
    // An address below this one is a path in Python's file system.
    const paths = [...compiled.native.keys()].map((address) => address.slice(indexURL.length));
    const libraries = paths.map((path) => `/${path}`);
    settings.linkedModules = compiled.native;
    settings.dynamicLibraries = libraries;
    settings.locateFile = (path) =>
      libraries.includes(path) ? indexURL + path.slice(1) : locateFile(path);
    /** @type {(error: unknown) => void} */
    let fail = () => {};
    const failed = new Promise((_, reject) => (fail = reject));
    settings.instantiateWasm = (imports, done) => {
      const instantiate = async () => {
        const module = await compiled.main;
        done(await WebAssembly.instantiate(module, imports), module);
      };
      // It completes the imports before it says that it has made something of the empty module.
      return instantiateWasm(imports, () => void instantiate().catch(fail));
    };
    const made = /** @type {Module} */ (await Promise.race([create(settings), failed]));
    if (!snapshot) return made;
    // This build of Pyodide takes no notice of the size that is wanted at first.
    if (snapshot.size > made.HEAPU8.length) made.growMemory(snapshot.size);
    const { restoreSnapshot } = made.API;
    made.API.restoreSnapshot = (head) => {
      const found = restoreSnapshot(head);
      snapshot.write(made.HEAPU8);
      return found;
    };
    return made;
  };
}
