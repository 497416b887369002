/**
 * The part of the service worker that decides which version pages get: the newest, unless that
 * was opened in vain too often. The build writes it after sw.js, into one file.
 *
 * A page was opened in vain when it is gone and never said how its app fares. One that is still
 * there may only be slow, as all tabs of a browser are that opens them at once.
 */

/** A version that was opened so often and never said that it started, does not. */
const TRIES = 3;

/**
 * @param {string} type
 * @param {Client} page
 * @param {string | null} own the version that the page was built with
 */
async function hear(type, page, own) {
  const version = (await readMeta()).clients[page.id]?.version ?? null;
  await changeMeta((state) => {
    const opened = state.clients[page.id];
    if (opened && /started$/.test(type)) opened.isTry = false;
    if (version && type === "started") state.good = version;
    if (version && type === "not-started") state.tries[version] = TRIES;
    if (type === "retry") state.tries = {};
    if (state.good) delete state.tries[state.good];
  });
  if (type === "started") return clean();
  const back = (await chosen()) !== MANIFEST.version;
  const shown = version ?? own;
  return page.postMessage({ type: "version", version: MANIFEST.version, page: shown, back });
}

/**
 * The version for pages from now on: this one, or where it never starts, one that did.
 * @param {number} [more] tries that are not counted yet
 */
async function chosen(more = 0) {
  const { good, tries } = await readMeta();
  const failed = (tries[MANIFEST.version] ?? 0) + more >= TRIES;
  return failed && good && (await listOf(good)) ? good : MANIFEST.version;
}

/** The version for a page that is being opened, now. */
async function chosenToOpen() {
  const { version } = MANIFEST;
  if ((await readMeta()).good === version) return version;
  await changeMeta(async (state) => count(state, await living()));
  const opened = Object.values((await readMeta()).clients);
  // The page that is loaded again is there until this one comes.
  const isAgain = opened.some((page) => page.version === version && page.isTry && page.isSeen);
  return chosen(isAgain ? 1 : 0);
}

/** The ids of all pages and workers that are there. */
async function living() {
  const clients = await worker.clients.matchAll({ includeUncontrolled: true, type: "all" });
  return new Set(clients.map((client) => client.id));
}

/**
 * Count what was opened in vain.
 * @param {Meta} state
 * @param {Set<string>} ids of what is there
 */
function count(state, ids) {
  for (const [id, page] of Object.entries(state.clients)) {
    if (ids.has(id)) page.isSeen = true;
    else if (page.isTry && page.version && (page.isSeen || Date.now() - page.at > OPENING)) {
      page.isTry = false;
      if (page.version === state.good) continue;
      state.tries[page.version] = (state.tries[page.version] ?? 0) + 1;
    }
  }
}
