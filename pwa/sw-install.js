/**
 * The part of the service worker that fills a version's cache. The build writes it after sw.js,
 * into one file: a worker that is in two could be of two versions.
 */

const PARALLEL = 4;

/** @type {Record<string, string>} Hosts get some of these wrong, and wasm must be right. */
const TYPES = {
  bin: "application/octet-stream",
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  mjs: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
  whl: "application/octet-stream",
  zip: "application/octet-stream",
};

worker.addEventListener("install", (event) => event.waitUntil(install()));

async function install() {
  const before = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== META);
  try {
    const cache = await caches.open(CACHE);
    await fill(cache, await Promise.all(before.map((name) => caches.open(name))));
    // Last, so that a cache with a list is a whole one.
    await cache.put(LIST, new Response(JSON.stringify(MANIFEST)));
  } catch (error) {
    await caches.delete(CACHE);
    const full = /** @type {any} */ (error)?.name === "QuotaExceededError";
    const reason = full ? "the browser gives this site no more room" : String(error);
    await tell({ type: "failed", version: MANIFEST.version, reason });
    throw error;
  }
  await tell({ type: "ready", version: MANIFEST.version });
}

/**
 * @param {Cache} cache
 * @param {Cache[]} before caches of other versions: what they hold with the same hash is taken
 */
async function fill(cache, before) {
  const total = MANIFEST.files.reduce((sum, entry) => sum + entry[2], 0);
  const queue = [...MANIFEST.files];
  let done = 0;
  const work = async () => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const key = keyOf(entry);
      const known = await firstMatch([cache, ...before], key);
      await cache.put(key, known ?? (await download(entry)));
      done += entry[2];
      await tell({ type: "progress", version: MANIFEST.version, done, total });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

/**
 * @param {Cache[]} from
 * @param {string} key
 */
async function firstMatch(from, key) {
  for (const cache of from) {
    const found = await cache.match(key, { ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

/**
 * Fetches a file and checks its hash. What the page has just loaded is in the HTTP cache; only
 * if that is not the right version the network is asked past it.
 * @param {Entry} entry
 * @returns {Promise<Response>}
 */
async function download(entry) {
  const [path, sha256] = entry;
  let found = "";
  for (const cache of /** @type {RequestCache[]} */ (["default", "reload"])) {
    const response = await fetch(addressOf(path), { cache, credentials: "same-origin" });
    const body = await response.arrayBuffer();
    if (response.ok && (await digest(body)) === sha256) return keepable(path, response, body);
    found = `${response.status} ${response.headers.get("content-type") ?? "no type"}`;
  }
  throw new Error(`${path}: the host sent something else than was built (${found})`);
}

/** @param {ArrayBuffer} body */
async function digest(body) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The host's headers are kept (a policy among them), except what described the transfer.
 * @param {string} path
 * @param {Response} response
 * @param {ArrayBuffer} body
 */
function keepable(path, response, body) {
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "transfer-encoding", "vary"]) headers.delete(name);
  headers.set("content-length", String(body.byteLength));
  // Says to the page that no host is asked, so that it need not look for a packed file.
  headers.set("content-encoding", "identity");
  const type = TYPES[path.slice(path.lastIndexOf(".") + 1)];
  if (type) headers.set("content-type", type);
  return new Response(body, { headers });
}

/** @param {object} message to every page of this scope, whether a worker serves it or not */
async function tell(message) {
  for (const client of await worker.clients.matchAll({ includeUncontrolled: true })) {
    if (client.url.startsWith(SCOPE.href)) client.postMessage(message);
  }
}
