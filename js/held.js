/**
 * Importing a module that is held to its hash, which `import()` takes none of.
 */

import { badModule, nameOf, wrongFile } from "./fetching.js";

/**
 * @param {string} href
 * @param {string} integrity what the file must be, as `<script>` takes it
 * @returns {Promise<any>} rejects with a `StartError`, and nothing has run
 */
export async function importHeld(href, integrity) {
  try {
    return await loaded(href, integrity);
  } catch {
    // Another file of that name may be in the HTTP cache, for good: ask past it, once.
    const fresh = fetch(href, { integrity, cache: "reload" });
    const isOurs = await fresh.then(() => true, () => false);
    return loaded(href, integrity).catch(async (error) => {
      const bad = await badModule(href, error);
      throw isOurs || bad.code !== "bad_script" ? bad : wrongFile(nameOf(href), error);
    });
  }
}

/**
 * @param {string} href
 * @param {string} integrity
 * @returns {Promise<any>}
 */
export async function loaded(href, integrity) {
  await preload(href, integrity);
  return import(href);
}

/**
 * Fetch a module without running it. It stays in the page's map of modules, from where the import
 * takes it; what does not match its hash stays out of it.
 * @param {string} href
 * @param {string} integrity
 */
async function preload(href, integrity) {
  const link = document.createElement("link");
  // Firefox before 115 and Safari before 17: checked, and then fetched once more.
  if (!link.relList.supports("modulepreload")) return void (await fetch(href, { integrity }));
  await new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error(`${href} can't be loaded`)));
    Object.assign(link, { rel: "modulepreload", href, integrity });
    document.head.appendChild(link);
  });
}
