/**
 * The part of the service worker that fills a version's cache. The build writes it after sw.js,
 * into one file: a worker that is in two could be of two versions.
 */

const PARALLEL = 4;
/** The least time (ms) between two words on how far it is. */
const OFTEN = 100;

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
  // One that was whole, and lacks something now, is of more use than none.
  const wasWhole = (await noted(CACHE)) !== null;
  try {
    const cache = await caches.open(CACHE);
    await fill(cache, await Promise.all(before.map((name) => caches.open(name))));
    // Last, so that a cache with a list is a whole one.
    await cache.put(LIST, new Response(JSON.stringify(MANIFEST)));
  } catch (error) {
    if (!wasWhole) await caches.delete(CACHE);
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
  let [done, told] = [0, 0];
  /** @param {number} bytes */
  const arrived = async (bytes) => {
    done += bytes;
    if (done < total && performance.now() - told < OFTEN) return;
    told = performance.now();
    await tell({ type: "progress", version: MANIFEST.version, done, total });
  };
  const work = async () => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) {
      const [, , size] = entry;
      const key = keyOf(entry);
      let counted = 0;
      const known = await firstMatch([cache, ...before], key);
      const found = known ?? (await download(entry, (bytes) => {
        // What is fetched a second time, or is longer than it should be, counts once.
        const more = Math.max(0, Math.min(bytes, size) - counted);
        counted += more;
        return arrived(more);
      }));
      await cache.put(key, found);
      await arrived(size - counted);
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
 * @param {(bytes: number) => unknown} [arrived] is told how much of it is here
 * @returns {Promise<Response>}
 */
async function download(entry, arrived = () => {}) {
  const [path, sha256] = entry;
  let found = "";
  for (const cache of /** @type {RequestCache[]} */ (["default", "reload"])) {
    try {
      const response = await fetch(addressOf(path), { cache, credentials: "same-origin" });
      found = `${response.status} ${response.headers.get("content-type") ?? "no type"}`;
      const body = await bytesOf(await unpacked(entry, response, cache), arrived);
      if (response.ok && (await digest(body)) === sha256) return keepable(entry, response, body);
    } catch (error) {
      found = String(error);
    }
  }
  throw new Error(`${path}: the host sent something else than was built (${found})`);
}

/**
 * What is in the file. From a host that compresses nothing its packed twin is taken, which is a
 * third of it, and which the page has just loaded for the same reason.
 * @param {Entry} entry
 * @param {Response} response to a request for the file as it is
 * @param {RequestCache} cache
 */
async function unpacked([, , , twin], response, cache) {
  if (!twin || !response.ok || response.headers.has("content-encoding")) return response.body;
  await response.body?.cancel();
  const packed = await fetch(addressOf(twin), { cache, credentials: "same-origin" });
  return packed.body?.pipeThrough(new DecompressionStream("gzip")) ?? null;
}

/**
 * @param {ReadableStream<Uint8Array<ArrayBuffer>> | null} stream
 * @param {(bytes: number) => unknown} arrived
 */
async function bytesOf(stream, arrived) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let bytes = 0;
  for await (const part of stream ?? []) {
    parts.push(part);
    arrived((bytes += part.byteLength));
  }
  return new Blob(parts).arrayBuffer();
}

/** @param {ArrayBuffer} body */
async function digest(body) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The host's headers are kept (a policy among them), except what described the transfer.
 * @param {Entry} entry
 * @param {Response} response
 * @param {ArrayBuffer} body
 */
function keepable([path, sha256], response, body) {
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "transfer-encoding", "vary"]) headers.delete(name);
  headers.set("content-length", String(body.byteLength));
  // Says to the page that no host is asked, so that it need not look for a packed file.
  headers.set("content-encoding", "identity");
  // And that it need not hash the file again.
  headers.set("tempest-sha256", sha256);
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
