/**
 * Answers for sw.js in development and under `run --no-offline`: a worker that an earlier build
 * left on this address is replaced by this one, which removes the caches, itself, and lets the
 * pages that the old one served load again from the server.
 */

const leaving = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

leaving.addEventListener("install", (event) => event.waitUntil(leaving.skipWaiting()));
leaving.addEventListener("activate", (event) => event.waitUntil(remove()));

async function remove() {
  const prefix = `tempestweb ${new URL(leaving.registration.scope).pathname} `;
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => caches.delete(name)));
  const pages = await leaving.clients.matchAll({ type: "window" });
  await leaving.registration.unregister();
  await Promise.all(pages.map((page) => page.navigate(page.url)));
}
