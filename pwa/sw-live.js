/**
 * The service worker of an app on a server: the last pages can be read without a network.
 *
 * Pages come from the network whenever it answers. One is kept if the server says whose it is (the
 * header Tempest-Offline, a key that tells visitors and users apart and nothing else); one for
 * somebody else empties what was kept, and so does a kept address that answers with something
 * else from then on (a redirect to a sign-in, a refusal). Events and sockets never come by here.
 */

const live = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const BASE = new URL(live.registration.scope);
const OURS = `tempestweb live ${BASE.pathname} `;
const PAGES = `${OURS}pages`;
const FILES = `${OURS}files`;
const WHOSE = "Tempest-Offline";
/** Names of files that never change carry a piece of their hash. */
const HASHED = /\/_tempest\/[^/]+-[0-9a-f]{8,}\.\w+$/;
const REFERENCES = /(?:href|src)="([^"]+)"/g;
const MOST_PAGES = 10;
const MOST_FILES = 40;
/** What a proxy says of a server that is down. */
const DOWN = [502, 503, 504];

live.addEventListener("install", (event) => event.waitUntil(live.skipWaiting()));
live.addEventListener("activate", (event) => event.waitUntil(keepOpenPages()));

live.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== BASE.origin || !pathname.startsWith(BASE.pathname)) {
    return;
  }
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (HASHED.test(pathname)) event.respondWith(file(event));
});

/** The page that registered this worker came before it, and has to be asked for again. */
async function keepOpenPages() {
  await live.clients.claim();
  // The app may have been one that runs in the browser (sw.js).
  const before = `tempestweb ${BASE.pathname} `;
  const names = (await caches.keys()).filter((name) => name.startsWith(before));
  await Promise.all(names.map((name) => caches.delete(name)));
  const pages = await live.clients.matchAll({ type: "window" });
  await Promise.allSettled(pages.map(async ({ url }) => keep(url, await fetch(url))));
}

/** @param {FetchEvent} event */
async function page(event) {
  const { request } = event;
  try {
    const response = await fetch(request);
    if (DOWN.includes(response.status)) return (await keptPage(request.url)) ?? response;
    event.waitUntil(keep(request.url, response.clone()));
    return response;
  } catch {
    return (await keptPage(request.url)) ?? unkept();
  }
}

/** @param {FetchEvent} event */
async function file(event) {
  const cache = await caches.open(FILES);
  const found = await cache.match(event.request, { ignoreVary: true });
  if (found) return found;
  const response = await fetch(event.request);
  if (response.ok) event.waitUntil(put(FILES, event.request.url, response.clone(), MOST_FILES));
  return response;
}

/**
 * @param {string} address
 * @param {Response} response what the server answers now
 */
async function keep(address, response) {
  const url = withoutHash(address);
  const whose = response.headers.get(WHOSE);
  const pages = await caches.open(PAGES);
  if (!response.ok || response.redirected || whose === null) {
    if (response.status < 500 && (await pages.match(url))) await caches.delete(PAGES);
    return;
  }
  const [earlier] = await pages.keys();
  const last = earlier && (await pages.match(earlier));
  if (last && last.headers.get(WHOSE) !== whose) await caches.delete(PAGES);
  const text = await response.clone().text();
  const found = [...text.matchAll(REFERENCES)].map(([, path]) => new URL(path, url));
  const files = found.filter(({ origin, pathname }) => origin === BASE.origin && HASHED.test(pathname));
  await Promise.all(files.map(({ href }) => keepFile(href)));
  await put(PAGES, url, response, MOST_PAGES);
}

/** @param {string} address */
async function keepFile(address) {
  const cache = await caches.open(FILES);
  if (await cache.match(address, { ignoreVary: true })) return;
  const response = await fetch(address);
  if (response.ok) await put(FILES, address, response, MOST_FILES);
}

/**
 * Put *response* last, and drop what was put first if there is too much.
 * @param {string} name
 * @param {string} address
 * @param {Response} response
 * @param {number} most
 */
async function put(name, address, response, most) {
  const cache = await caches.open(name);
  await cache.delete(address, { ignoreVary: true });
  await cache.put(address, response);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

/** @param {string} address */
async function keptPage(address) {
  const cache = await caches.open(PAGES);
  return cache.match(withoutHash(address), { ignoreVary: true });
}

function unkept() {
  const text =
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>No connection</title>' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    "<h1>No connection</h1><p>This page is not kept on this device. " +
    "Reload it when you are connected again.</p></html>";
  const headers = { "content-type": "text/html; charset=utf-8" };
  return new Response(text, { status: 503, headers });
}

/** @param {string} address */
function withoutHash(address) {
  return address.replace(/#.*/, "");
}
