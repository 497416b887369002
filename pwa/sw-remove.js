/**
 * Answers for sw.js in development and under `run --no-offline`: a worker that an earlier build
 * left on this address is replaced by this one, which removes the caches, itself, and lets the
 * pages that the old one served load again from the server.
 */

const leaving = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

leaving.addEventListener("install", (event) => event.waitUntil(leaving.skipWaiting()));
leaving.addEventListener("activate", (event) => event.waitUntil(remove()));

async function remove() {
  const scope = new URL(leaving.registration.scope);
  // Snapshots of Python are the pages' own; what went wrong may be in one of them.
  const { pathname, href } = scope;
  const prefixes = [`tempestweb ${pathname} `, `tempestweb live ${pathname} `, `tempestweb-snapshot ${href}`];
  const isOurs = (/** @type {string} */ name) => prefixes.some((prefix) => name.startsWith(prefix));
  const names = (await caches.keys()).filter(isOurs);
  await Promise.all(names.map((name) => caches.delete(name)));
  const pages = await leaving.clients.matchAll({ type: "window" });
  await leaving.registration.unregister();
  await Promise.all(pages.map((page) => page.navigate(page.url)));
}
