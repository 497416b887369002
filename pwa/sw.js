/**
 * The service worker of a built folder: keeps one version of the site, whole or not at all.
 *
 * Its scope is the folder that it lies in, wherever a host put that. Each version has a cache of
 * its own, filled at install, every file checked against its SHA-256 (so an error page that a
 * host sends with status 200 is never kept). A page gets all its files from the version that its
 * navigation came from, also after a newer worker took over; a page that came from the network
 * gets all of them from the network.
 *
 * Messages. From a page: {type: "skip-waiting"} activates this worker, {type: "version"} is
 * answered with {type: "version", version}. To all pages: {type: "progress", version, done,
 * total} (bytes), {type: "ready", version} when installed, {type: "failed", version, reason}.
 */

/** @typedef {[path: string, sha256: string, size: number]} Entry */
/** @typedef {{version: string, apps: string[], files: Entry[]}} Manifest `apps` are the folders
 *    ("" or "counter/") whose index.html is an app, which answers for paths below it. */
/** @typedef {{active: string | null, clients: Record<string, {version: string | null, at: number}>}} Meta
 *    Which version each page has (null: the network); `at` is when it was noted. */

/** @type {Manifest} */
const MANIFEST = { version: "", apps: [], files: [] };

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const SCOPE = new URL(worker.registration.scope);
const PREFIX = `tempestweb ${SCOPE.pathname} `;
const CACHE = PREFIX + MANIFEST.version;
const META = `${PREFIX}pages`;
const LIST = new URL("?tempest-manifest", SCOPE).href;
const PARALLEL = 4;
/** A page that is being opened is in no list of clients yet; this long (ms) its note is kept. */
const OPENING = 10_000;
/** The least time (ms) between two looks for versions that nobody uses any more. */
const CLEANING = 1000;

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

const LISTED = byPath(MANIFEST);
/** @type {Map<string, Promise<Map<string, Entry> | null>>} */
const lists = new Map([[MANIFEST.version, Promise.resolve(LISTED)]]);
/** @type {Promise<Meta> | undefined} */
let meta;
let cleaned = 0;
/** @type {Promise<void>} */
let writing = Promise.resolve();

/** @param {Manifest} manifest */
function byPath(manifest) {
  return new Map(manifest.files.map((entry) => [entry[0], entry]));
}

/** @param {string} path in the folder; a name may hold what means something in an address */
function addressOf(path) {
  return new URL(path.split("/").map(encodeURIComponent).join("/"), SCOPE);
}

/** @param {Entry} entry the address under which caches keep it: the hash is part of it */
function keyOf([path, sha256]) {
  const key = addressOf(path);
  key.search = `tempest=${sha256}`;
  return key.href;
}

// -- installing -----------------------------------------------------------------------------

worker.addEventListener("install", (event) => event.waitUntil(install()));

async function install() {
  const before = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== META);
  const cache = await caches.open(CACHE);
  try {
    await fill(cache, await Promise.all(before.map((name) => caches.open(name))));
    // Last, so that a cache with a list is a whole one.
    await cache.put(LIST, new Response(JSON.stringify(MANIFEST)));
  } catch (error) {
    await caches.delete(CACHE);
    await tell({ type: "failed", version: MANIFEST.version, reason: String(error) });
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

// -- taking over ----------------------------------------------------------------------------

worker.addEventListener("activate", (event) => event.waitUntil(activate()));

worker.addEventListener("message", (event) => {
  if (event.data?.type === "skip-waiting") event.waitUntil(worker.skipWaiting());
  if (event.data?.type === "version") {
    event.source?.postMessage({ type: "version", version: MANIFEST.version });
  }
});

async function activate() {
  await changeMeta(async (state) => {
    for (const client of await worker.clients.matchAll({ includeUncontrolled: true, type: "all" })) {
      // Opened before this worker was there: with the version that was active, if any.
      state.clients[client.id] ??= { version: state.active, at: Date.now() };
    }
    state.active = MANIFEST.version;
  });
  await clean();
}

/** Deletes the versions that no page uses any more, and forgets pages that are closed. */
async function clean() {
  const living = await worker.clients.matchAll({ includeUncontrolled: true, type: "all" });
  const ids = new Set(living.map((client) => client.id));
  const used = new Set([META, CACHE]);
  await changeMeta((state) => {
    for (const [id, { version, at }] of Object.entries(state.clients)) {
      if (!ids.has(id) && Date.now() - at > OPENING) delete state.clients[id];
      else used.add(PREFIX + version);
    }
  });
  const waiting = worker.registration.waiting ?? worker.registration.installing;
  for (const name of await caches.keys()) {
    // A version that is being installed beside this one has no page yet.
    if (name.startsWith(PREFIX) && !used.has(name) && !waiting) await caches.delete(name);
  }
}

async function cleanSometimes() {
  if (Date.now() - cleaned < CLEANING) return;
  cleaned = Date.now();
  await clean();
}

/** @returns {Promise<Meta>} */
function readMeta() {
  meta ??= caches
    .open(META)
    .then((cache) => cache.match(LIST))
    .then((found) => found?.json() ?? { active: null, clients: {} });
  return meta;
}

/** @param {(state: Meta) => void | Promise<void>} change written one after the other */
function changeMeta(change) {
  const next = writing.then(async () => {
    const state = await readMeta();
    await change(state);
    const cache = await caches.open(META);
    await cache.put(LIST, new Response(JSON.stringify(state)));
  });
  writing = next.catch(() => {
    // Told to whoever asked for this change; the next one starts from what is stored.
    meta = undefined;
  });
  return next;
}

// -- answering ------------------------------------------------------------------------------

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const ours = url.origin === SCOPE.origin && url.pathname.startsWith(SCOPE.pathname);
  if (!ours || request.method !== "GET" || request.headers.has("range")) return;
  if (request.cache === "only-if-cached" && request.mode !== "same-origin") return;
  const path = decodeURIComponent(url.pathname.slice(SCOPE.pathname.length));
  if (request.mode === "navigate") event.respondWith(navigate(event, url, path));
  else event.respondWith(resource(event, path));
});

/**
 * @param {FetchEvent} event
 * @param {URL} url
 * @param {string} path
 */
async function navigate(event, url, path) {
  if (LISTED.has(`${path}/index.html`)) return Response.redirect(`${url.pathname}/${url.search}`);
  const exact = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  const page = LISTED.get(exact) ?? LISTED.get(appPage(path));
  const found = page && (await kept(MANIFEST.version, page));
  const noted = note(event, event.resultingClientId, found ? MANIFEST.version : null);
  if (!found) {
    await noted;
    // The browser threw the cache away: this page is the network's, and the cache is refilled.
    if (page) event.waitUntil(install());
    return fetch(event.request);
  }
  return page[0] === exact ? found : placed(found, addressOf(page[0]));
}

/** @param {string} path the page of the app that answers for *path*, or "" */
function appPage(path) {
  const last = path.slice(path.lastIndexOf("/") + 1);
  // A name with a dot is a file; if the list had it, it would have been found.
  if (last.includes(".")) return "";
  const folders = MANIFEST.apps.filter((folder) => path.startsWith(folder));
  const nearest = folders.sort((a, b) => b.length - a.length)[0];
  return nearest === undefined ? "" : `${nearest}index.html`;
}

/**
 * A page that is shown under a deeper address: its relative addresses are made absolute.
 * @param {Response} response
 * @param {URL} base
 */
async function placed(response, base) {
  const text = await response.text();
  const moved = text.replace(
    /((?:href|src)="|&quot;)(\.{1,2}\/[^"&]*)/g,
    (_, before, address) => before + new URL(address, base).pathname,
  );
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(moved, { headers });
}

/**
 * @param {FetchEvent} event
 * @param {string} path
 */
async function resource(event, path) {
  const { request, clientId, resultingClientId } = event;
  const state = await readMeta();
  const noted = state.clients[clientId];
  const version = noted ? noted.version : MANIFEST.version;
  if (Object.values(state.clients).some((client) => client.version !== MANIFEST.version)) {
    // The page that was left for this one is gone by now, and its version maybe with it.
    event.waitUntil(cleanSometimes());
  }
  // A page's own workers take their files from the page's version.
  if (/worker$/.test(request.destination)) await note(event, resultingClientId, version);
  const list = version === null ? null : await listOf(version);
  const entry = list?.get(path) ?? list?.get(`${path}index.html`);
  if (version === null || !entry) return fetch(request);
  const found = await kept(version, entry);
  if (found) return found;
  // Part of the cache is gone. A file of another version would be worse than none: the next
  // page comes from the network, and the cache is filled anew.
  await caches.delete(PREFIX + version);
  return Response.error();
}

/**
 * @param {string} version
 * @returns {Promise<Map<string, Entry> | null>} null when its cache is gone
 */
function listOf(version) {
  let list = lists.get(version);
  if (!list) {
    list = caches
      .open(PREFIX + version)
      .then((cache) => cache.match(LIST))
      .then(async (found) => (found ? byPath(await found.json()) : null));
    lists.set(version, list);
  }
  return list;
}

/**
 * @param {string} version
 * @param {Entry} entry
 */
async function kept(version, entry) {
  const cache = await caches.open(PREFIX + version);
  return cache.match(keyOf(entry), { ignoreVary: true });
}

/**
 * @param {ExtendableEvent} event
 * @param {string} id the page (or worker) that is being opened
 * @param {string | null} version
 */
async function note(event, id, version) {
  if (!id) return;
  const changed = changeMeta((state) => {
    state.clients[id] = { version, at: Date.now() };
  });
  event.waitUntil(changed.then(clean));
  await changed;
}
