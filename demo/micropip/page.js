// What a page does that has a Pyodide of its own: here the one of the built folder, so that no
// other host is asked. Any other Pyodide from 314 on will do as well.
import { loadPyodide } from "../_tempest/pyodide/pyodide.mjs";

const folder = new URL("../_tempest/pyodide/", document.baseURI).href;
const status = document.querySelector("#status");
const program = document.querySelector("#program").textContent.trim();
document.querySelector("#listing").textContent = program;

try {
  const lock = await (await fetch(`${folder}pyodide-lock.json`)).json();
  const pyodide = await loadPyodide({
    indexURL: folder,
    packageBaseUrl: folder,
    lockFileContents: lock,
  });
  status.textContent = "Installing the wheel…";
  await pyodide.loadPackage("micropip");
  const micropip = pyodide.pyimport("micropip");
  // By its address, as one would name a wheel anywhere; what it depends on is in the lock file.
  await micropip.install(folder + lock.packages["tempestweb-wasm"].file_name);
  micropip.destroy();
  await pyodide.runPythonAsync(`${program}\nawait running`);
} catch (error) {
  status.textContent = `This did not work: ${error}`;
  throw error;
}
