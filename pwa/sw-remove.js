/**
 * Answers for sw.js in development and under `run --no-offline`: a worker that an earlier build
 * left on this address is replaced by this one, which removes the caches and itself.
 *
 * Pages that the old one served hear that there is no version any more ("version", as in sw.js):
 * they offer to load again from the server, or do so where nothing is lost. One whose app does not
 * start is loaded again.
 */

const leaving = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** @type {Promise<void> | undefined} */
let removed;

leaving.addEventListener("install", (event) => event.waitUntil(leaving.skipWaiting()));
leaving.addEventListener("activate", (event) => event.waitUntil((removed ??= remove())));

leaving.addEventListener("message", (event) => {
  const page = /** @type {WindowClient | null} */ (event.source);
  if (page) event.waitUntil(hearPage(event.data ?? {}, page));
});

/**
 * @param {{type?: string, version?: string}} message
 * @param {WindowClient} page
 */
async function hearPage({ type, version = "unknown" }, page) {
  // One that came from the server is what it is to be, whatever the browser's own cache gave it.
  const pages = await leaving.clients.matchAll({ type: "window" });
  if (!pages.some(({ id }) => id === page.id)) return;
  // A worker that serves nobody any more may be ended in the middle of it.
  await (removed ??= remove());
  // An old page that the browser kept may have asked for a worker again.
  await leaving.registration.unregister();
  if (type === "not-started") await page.navigate(page.url);
  if (type === "version") {
    page.postMessage({ type: "version", version: "", page: version, back: false });
  }
}

async function remove() {
  const scope = new URL(leaving.registration.scope);
  // Snapshots of Python are the pages' own; what went wrong may be in one of them.
  const { pathname, href } = scope;
  const prefixes = [`tempestweb ${pathname} `, `tempestweb live ${pathname} `, `tempestweb-snapshot ${href}`];
  const isOurs = (/** @type {string} */ name) => prefixes.some((prefix) => name.startsWith(prefix));
  const names = (await caches.keys()).filter(isOurs);
  await Promise.all(names.map((name) => caches.delete(name)));
  await leaving.registration.unregister();
}
