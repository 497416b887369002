/**
 * Importing a module that is held to its hash, which `import()` takes none of.
 */

import { badModule, get, nameOf, wrongFile } from "./fetching.js";

/**
 * @param {string} href
 * @param {string} integrity what the file must be, as `<script>` takes it
 * @returns {Promise<any>} rejects with a `StartError`, and nothing has run
 */
export async function importHeld(href, integrity) {
  try {
    await preload(href, integrity);
    return await import(href);
  } catch (error) {
    const bad = await badModule(href, error);
    // It is a script. Is it ours?
    const isOurs = await fetch(href, { integrity }).then(() => true, () => false);
    throw isOurs || bad.code !== "bad_script" ? bad : wrongFile(nameOf(href), error);
  }
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
  if (!link.relList.supports("modulepreload")) return void (await get(href, { integrity }));
  await new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error(`${nameOf(href)} can't be loaded`)));
    Object.assign(link, { rel: "modulepreload", href, integrity });
    document.head.appendChild(link);
  });
}
