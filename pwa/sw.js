/**
 * The service worker of a built folder: keeps one version of the site, whole or not at all.
 *
 * Its scope is the folder that it lies in, wherever a host put that. Each version has a cache of
 * its own, filled at install, every file checked against its SHA-256 (so an error page that a
 * host sends with status 200 is never kept). A page gets all its files from the version that its
 * navigation came from, also after a newer worker took over; a page that came from the network
 * gets all of them from the network.
 *
 * The version before stays until a page of the new one has started. If none does, pages get the
 * one before again.
 *
 * Messages. From a page: "skip-waiting" activates this worker; "started" and "not-started" tell how
 * the page's version fares; "retry" gives the newest another chance; "version" asks for what each
 * of these three answers but "started": {type: "version", version, page, back} (this worker's, the
 * page's, and whether `page` stands in for one that did not start). The page of a build says its
 * version with each, since one that came from the network is in no list here. To all pages:
 * {type: "progress", version, done, total} (bytes), {type: "ready", version} when installed,
 * {type: "failed", version, reason}.
 */

/** @typedef {[path: string, sha256: string, size: number, twin?: string]} Entry The `twin` is the path
 *    of the same file packed, for hosts that compress nothing. */
/** @typedef {{version: string, apps: string[], files: Entry[]}} Manifest `apps` are the folders
 *    ("" or "counter/") whose index.html is an app, which answers for paths below it. */
/** @typedef {{files: Map<string, Entry>, apps: string[]}} List */
/** @typedef {{active: string | null, good: string | null, tries: Record<string, number>,
 *   clients: Record<string, Opened>}} Meta
 *    Which version each page has; the last version that is known to start; and how often others
 *    were opened in vain. */
/** @typedef {{version: string | null, at: number, isTry?: boolean, isSeen?: boolean}} Opened
 *    Its version (null: the network) and when that was noted; does it still have to say whether
 *    its app starts; and was it there, after it was opened? */

/** @type {Manifest} */
const MANIFEST = { version: "", apps: [], files: [] };

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const SCOPE = new URL(worker.registration.scope);
const PREFIX = `tempestweb ${SCOPE.pathname} `;
const CACHE = PREFIX + MANIFEST.version;
const LIVE = `tempestweb live ${SCOPE.pathname} `;
const META = `${PREFIX}pages`;
const OFFLINE_PAGE = "_tempest/offline.html";
const LIST = new URL("?tempest-manifest", SCOPE).href;
/** A page that is being opened is in no list of clients yet; this long (ms) its note is kept. */
const OPENING = 10_000;
/** The least time (ms) between two looks for versions that nobody uses any more. */
const CLEANING = 1000;

/** @type {Map<string, Promise<List | null>>} */
const lists = new Map([[MANIFEST.version, Promise.resolve(listed(MANIFEST))]]);
/** @type {Promise<Meta> | undefined} */
let meta;
let cleaned = 0;
/** @type {Promise<void>} */
let writing = Promise.resolve();

/** @param {Manifest} manifest @returns {List} */
function listed({ files, apps }) {
  return { files: new Map(files.map((entry) => [entry[0], entry])), apps };
}

/** @param {string} path in the folder; a name may hold what means something in an address */
function addressOf(path) {
  return new URL(path.split("/").map(encodeURIComponent).join("/"), SCOPE);
}

/**
 * The address under which caches keep a file: the hash is part of it, in the name or beside it.
 * Where it is in the name the address stays as it is, since the browser keeps compiled code, of
 * scripts and wasm, with what is kept under the very address that a page asks for.
 * @param {Entry} entry
 */
function keyOf([path, sha256]) {
  const key = addressOf(path);
  if (!path.includes(`-${sha256.slice(0, 10)}.`)) key.search = `tempest=${sha256}`;
  return key.href;
}

// -- taking over ----------------------------------------------------------------------------

worker.addEventListener("activate", (event) => event.waitUntil(activate()));

worker.addEventListener("message", (event) => {
  const page = /** @type {Client | null} */ (event.source);
  const type = event.data?.type;
  if (type === "skip-waiting") event.waitUntil(worker.skipWaiting());
  else if (type && page) event.waitUntil(hear(type, page, event.data.version ?? null));
});

async function activate() {
  await changeMeta(async (state) => {
    for (const client of await worker.clients.matchAll({ includeUncontrolled: true, type: "all" })) {
      // Opened before this worker was there: with the version that was active, if any.
      state.clients[client.id] ??= { version: state.active, at: Date.now() };
    }
    state.active = MANIFEST.version;
  });
  // The app may have been one on a server (sw-live.js), with pages of somebody's own.
  const names = (await caches.keys()).filter((name) => name.startsWith(LIVE));
  await Promise.all(names.map((name) => caches.delete(name)));
  await clean();
}

/** Deletes the versions that no page uses any more, and forgets pages that are closed. */
async function clean() {
  const ids = await living();
  const used = new Set([META, CACHE]);
  await changeMeta((state) => {
    used.add(PREFIX + state.good);
    count(state, ids);
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
  if (!meta) {
    const nothing = { active: null, good: null, tries: {}, clients: {} };
    meta = noted(META).then((found) => ({ ...nothing, ...found }));
    // A disk that fails once may not fail again.
    meta.catch(() => (meta = undefined));
  }
  return meta;
}

/**
 * What is noted in a cache beside its files; null if nothing is, or nothing that can be read.
 * @param {string} name
 */
async function noted(name) {
  const cache = await caches.open(name);
  const found = await cache.match(LIST);
  return found ? found.json().catch(() => null) : null;
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
  if (!ours || request.method !== "GET") return;
  if (request.cache === "only-if-cached" && request.mode !== "same-origin") return;
  const path = decodeURIComponent(url.pathname.slice(SCOPE.pathname.length));
  event.respondWith(answer(event, url, path));
});

/**
 * Whatever goes wrong in here, the host may still answer.
 * @param {FetchEvent} event
 * @param {URL} url
 * @param {string} path
 */
async function answer(event, url, path) {
  const { request, resultingClientId } = event;
  const isPage = request.mode === "navigate";
  try {
    const found = await (isPage ? navigate(event, url, path) : resource(event, path));
    if (found) return await rangeOf(request, found);
  } catch (error) {
    console.warn("tempestweb: the service worker leaves this to the host:", error);
    if (isPage) await note(event, resultingClientId, null).catch(() => {});
  }
  return isPage ? fetch(request).catch((error) => offline(event, error)) : fetch(request);
}

/**
 * @param {FetchEvent} event
 * @param {URL} url
 * @param {string} path
 * @returns {Promise<Response | null>} null where the host is to answer
 */
async function navigate(event, url, path) {
  const version = await chosenToOpen();
  const { files, apps } = (await listOf(version)) ?? listed(MANIFEST);
  if (files.has(`${path}/index.html`)) return Response.redirect(`${url.pathname}/${url.search}`);
  const exact = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  const page = files.get(exact) ?? files.get(appPage(path, apps));
  const found = page && (await kept(version, page));
  // Only an app says that it has started.
  const isApp = apps.some((folder) => page?.[0] === `${folder}index.html`);
  const isNoted = note(event, event.resultingClientId, found ? version : null, isApp);
  if (!found) {
    await isNoted;
    // The browser threw the cache away: this page is the network's, and the cache is refilled.
    if (page) event.waitUntil(install());
    return null;
  }
  return page[0] === exact ? found : placed(found, addressOf(page[0]));
}

/**
 * The page that says that there is no network, for an address that is not kept.
 * @param {FetchEvent} event
 * @param {unknown} error the network's own
 */
async function offline(event, error) {
  const version = await chosen();
  const entry = (await listOf(version))?.files.get(OFFLINE_PAGE);
  const found = entry && (await kept(version, entry));
  if (!found) throw error;
  // Its style sheet is kept beside it.
  await note(event, event.resultingClientId, version);
  return placed(found, addressOf(OFFLINE_PAGE), 503);
}

/**
 * The page of the app that answers for *path*, or "".
 * @param {string} path
 * @param {string[]} apps
 */
function appPage(path, apps) {
  const last = path.slice(path.lastIndexOf("/") + 1);
  // A name with a dot is a file; if the list had it, it would have been found.
  if (last.includes(".")) return "";
  const folders = apps.filter((folder) => path.startsWith(folder));
  const nearest = folders.sort((a, b) => b.length - a.length)[0];
  return nearest === undefined ? "" : `${nearest}index.html`;
}

/**
 * A page that is shown under a deeper address: its relative addresses are made absolute.
 * @param {Response} response
 * @param {URL} base
 * @param {number} [status]
 */
async function placed(response, base, status = 200) {
  const text = await response.text();
  const moved = text.replace(
    /((?:href|src)="|&quot;)(\.{1,2}\/[^"&]*)/g,
    (_, before, address) => before + new URL(address, base).pathname,
  );
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(moved, { status, headers });
}

/**
 * @param {FetchEvent} event
 * @param {string} path
 * @returns {Promise<Response | null>} null where the host is to answer
 */
async function resource(event, path) {
  const { request, clientId, resultingClientId } = event;
  const state = await readMeta();
  const page = state.clients[clientId];
  const version = page ? page.version : MANIFEST.version;
  if (page) page.isSeen = true;
  if (Object.values(state.clients).some((client) => client.version !== MANIFEST.version)) {
    // The page that was left for this one is gone by now, and its version maybe with it.
    event.waitUntil(cleanSometimes());
  }
  // A page's own workers take their files from the page's version.
  if (/worker$/.test(request.destination)) await note(event, resultingClientId, version);
  const files = version === null ? null : (await listOf(version))?.files;
  const entry = files?.get(path) ?? files?.get(`${path}index.html`);
  if (version === null || !entry) return null;
  return (await kept(version, entry)) ?? mended(event, version, entry);
}

/**
 * Part of the cache is gone: the host may still have the very same file.
 * @param {FetchEvent} event
 * @param {string} version
 * @param {Entry} entry
 */
async function mended(event, version, entry) {
  try {
    const response = await download(entry);
    const copy = response.clone();
    const putBack = caches.open(PREFIX + version).then((cache) => cache.put(keyOf(entry), copy));
    event.waitUntil(putBack.catch(() => {}));
    return response;
  } catch {
    // A file of another version would be worse than none. Where the host has another one, the next
    // page comes from there; where it only does not answer, all the rest is still of use.
    if (version === (await chosen()) && (await isReplaced(version))) {
      await caches.delete(PREFIX + version);
    }
    return Response.error();
  }
}

/**
 * Does the host itself say that it has another version? A page to log in with, which stands in for
 * anything in many a network, does not.
 * @param {string} version
 */
async function isReplaced(version) {
  try {
    const response = await fetch(worker.location.href, { cache: "no-store" });
    const isScript = /javascript/.test(response.headers.get("content-type") ?? "");
    return response.ok && isScript && !(await response.text()).includes(`"${version}"`);
  } catch {
    return false;
  }
}

/**
 * @param {string} version
 * @returns {Promise<List | null>} null when its cache is gone
 */
function listOf(version) {
  let list = lists.get(version);
  if (!list) {
    list = noted(PREFIX + version).then((found) => (found ? listed(found) : null));
    lists.set(version, list);
    list.catch(() => lists.delete(version));
  }
  return list;
}

/**
 * @param {string} version
 * @param {Entry} entry
 */
function kept(version, entry) {
  const found = caches.match(keyOf(entry), { cacheName: PREFIX + version, ignoreVary: true });
  // A disk that can't be read has nothing.
  return found.catch(() => undefined);
}

/**
 * @param {ExtendableEvent} event
 * @param {string} id the page (or worker) that is being opened
 * @param {string | null} version
 * @param {boolean} [isTry] will it say that it has started?
 */
async function note(event, id, version, isTry = false) {
  if (!id) return;
  /** @type {Opened} */
  const page = { version, at: Date.now(), isTry: isTry && version !== null };
  // At once, for what it asks for next; what it is waiting for need not wait until it is written.
  (await readMeta()).clients[id] = page;
  const changed = changeMeta((state) => void (state.clients[id] = page));
  event.waitUntil(changed.then(clean));
}
