/**
 * Renders the first view of each app in the built interpreter, by the file that runs it in a page:
 *
 *     node prerender.mjs FOLDER WORKER.js < request.json
 *
 * FOLDER is a site, WORKER.js a path in it, and the request `{"apps": [{"folder", "locale"}]}`,
 * folders in it, too. One line of JSON is written when Python is there, `{}`, and one for each app
 * when it is done, `{"frame": text}` or `{"code", "message"}`, so that whoever waits knows which one
 * takes for ever.
 */

import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";

// A third of the time would go into optimising machine code that is thrown away a second later.
setFlagsFromString("--liftoff-only");

const [folder, worker] = process.argv.slice(2);
/** Where the site seems to be. File addresses would make Emscripten take another way to read. */
const SITE = "https://built.invalid/";
const TYPES = { json: "application/json", wasm: "application/wasm", zip: "application/zip" };

globalThis.fetch = async (address) => {
  const { pathname } = new URL(address);
  const type = TYPES[pathname.split(".").pop()] ?? "application/octet-stream";
  const body = await readFile(join(folder, decodeURIComponent(pathname)));
  return new Response(body, { headers: { "content-type": type } });
};

// The same for what is imported.
const RESOLVE = `export async function resolve(name, context, next) {
  const site = ${JSON.stringify(SITE)};
  const folder = ${JSON.stringify(`${pathToFileURL(folder)}/`)};
  return next(name.startsWith(site) ? folder + name.slice(site.length) : name, context);
}`;
register(`data:text/javascript,${encodeURIComponent(RESOLVE)}`);

// Pyodide and Emscripten take this for a worker, as in a page: they fetch what they need.
Object.assign(process, { browser: true, type: "renderer" });
globalThis.WorkerGlobalScope = class {
  static [Symbol.hasInstance] = (value) => value === globalThis;
};
globalThis.self = globalThis;
// From Node 21 on there is one.
globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node}` };
// Else a set's order, and with it the page and the site's version, would differ in every build.
let seed = 0;
globalThis.crypto.getRandomValues = (array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let index = 0; index < bytes.length; index++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    bytes[index] = seed >>> 24;
  }
  return array;
};
globalThis.location = new URL(worker, SITE);

/** The worker's side of the line, as a browser gives it. */
const toWorker = new EventTarget();
const fromWorker = new EventTarget();
globalThis.addEventListener = toWorker.addEventListener.bind(toWorker);
globalThis.postMessage = (data) => fromWorker.dispatchEvent(new MessageEvent("message", { data }));

/** @param {object} data */
const tell = (data) => toWorker.dispatchEvent(new MessageEvent("message", { data }));

/**
 * Wait for what the worker says.
 * @param {(message: any) => boolean} wanted
 * @returns {Promise<any>}
 */
function heard(wanted) {
  return new Promise((resolve) => {
    const listen = ({ data }) => {
      if (!wanted(data)) return;
      fromWorker.removeEventListener("message", listen);
      resolve(data);
    };
    fromWorker.addEventListener("message", listen);
  });
}

/** @param {string} text a message or a frame, on the line of app *app* */
const said = (app) => heard((data) => data.op === "post" && data.app === app);

/**
 * @param {number} app
 * @param {{folder: string, locale: string}} wanted
 */
async function firstView(app, { folder: inSite, locale }) {
  const installed = heard((data) => data.op === "installed" && data.call === app);
  tell({ op: "install", call: app, href: `${SITE}${inSite}/` });
  const { app: place, error } = await installed;
  if (error) return error;
  const answer = said(0);
  const frame = said(app);
  const context = { path: "/", query: {}, locale };
  const start = { op: "start", app, folder: place.folder, module: place.module, context };
  tell({ op: "post", app: 0, text: JSON.stringify(start) });
  let message = JSON.parse((await answer).text);
  if (message.op === "load") {
    // An app that keeps its state asks for it, and here nobody was before.
    const opened = said(0);
    tell({ op: "post", app: 0, text: JSON.stringify({ op: "stored", app }) });
    message = JSON.parse((await opened).text);
  }
  return message.op === "failed" ? message : { frame: (await frame).text };
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { apps } = JSON.parse(Buffer.concat(chunks).toString());
// What an app prints must not get between the lines.
const { stdout } = process;
const write = stdout.write.bind(stdout);
stdout.write = process.stderr.write.bind(process.stderr);
const line = (data) => new Promise((done) => write(`${JSON.stringify(data)}\n`, done));

const started = heard((data) => data.op === "started");
await import(SITE + worker);
tell({ op: "start", base: `${SITE}_tempest/` });
const { error } = await started;
await line({});
for (const [index, app] of apps.entries()) {
  await line(error ?? (await firstView(index + 1, app)));
}
// Tasks of the apps would go on.
process.exit(0);
