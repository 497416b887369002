// node engine_facts.mjs PYODIDE ENGINE: what Pyodide's module has when it is made by the script
// ENGINE, as JSON.

import { pathToFileURL } from "node:url";

const [folder, engine] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const { default: createPyodideModule } = await import(pathToFileURL(engine).href);
const python = await loadPyodide({ indexURL: `${folder}/`, createPyodideModule });
const module = python._module;
const imports = module.LDSO.loadedLibsByName.__main__.exports;

/** What can be told of a value. @param {any} value */
function told(value) {
  if (typeof value === "function") return `function ${value.sig ?? ""}`;
  return typeof value === "number" ? value : Object.prototype.toString.call(value);
}

/** What script of a native module finds under these names. @param {string[]} names */
function seen(names) {
  const code = `Module.seen = [${names.map((name) => `typeof ${name}`)}]`;
  const address = module.stringToNewUTF8(code);
  module._emscripten_run_script(address);
  module._free(address);
  return module.seen;
}

const { GOTHandler, GOT, wasmTable } = module;
/**
 * Where native modules find what Python's wasm gives away; functions by what lies there.
 * @param {string[]} names
 */
function linked(names) {
  const entries = names.map((/** @type {string} */ name) => GOTHandler.get(new Set(), name));
  module.reportUndefinedSymbols();
  return entries.map((/** @type {WebAssembly.Global} */ { value }, /** @type {number} */ at) => {
    const name = names[at];
    return typeof imports[name] === "function" ? wasmTable.get(value) === imports[name] : value;
  });
}

const given = Object.keys(imports).filter((name) => /^_?Py|^_ZN/.test(name));
console.log(
  JSON.stringify({
    keys: Object.keys(module).sort().map((key) => [key, told(module[key])]),
    imports: Object.keys(imports).sort().map((name) => [name, told(imports[name])]),
    scope: seen(["_PyErr_Format", "_malloc", "__PyUnicode_FromId", "HEAP8", "GL", "_nothing"]),
    linked: linked(given),
    given: given.length,
    unresolved: Object.keys(GOT).filter((name) => GOT[name].value === -1),
    sum: python.runPython("import json, sqlite3, ctypes; sum(range(5)) + len(json.dumps({}))"),
    own: python.runPython(
      "ctypes.pythonapi.PyLong_FromLong.restype = ctypes.py_object; ctypes.pythonapi.PyLong_FromLong(7)",
    ),
  }),
);
