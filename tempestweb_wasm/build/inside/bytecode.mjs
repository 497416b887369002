// Runs compiling.py in the interpreter itself, under Node:
//   node bytecode.mjs PYODIDE_FOLDER JOBS.json
// JOBS.json: {"script": path, "jobs": [{"source": path, "out": path, "request": {…}}, …]}
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, list] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const { script, jobs } = JSON.parse(readFileSync(list, "utf8"));
const python = await loadPyodide({
  indexURL: folder,
  // Without sources a column tells nobody anything; a fixed seed makes equal input equal bytes.
  env: { PYTHONNODEBUGRANGES: "1", PYTHONHASHSEED: "0" },
  stdout: (line) => console.error(line),
});
python.runPython(readFileSync(script, "utf8"));
const run = python.globals.get("run");
try {
  for (const { source, out, request } of jobs) {
    python.FS.writeFile("/source", readFileSync(source));
    run(JSON.stringify(request));
    writeFileSync(out, python.FS.readFile("/out"));
  }
} catch (error) {
  // Uncaught, Node would print the line of the interpreter's script, which is a megabyte.
  console.error(error.message);
  process.exit(1);
}
