/**
 * The page side of the service worker of an app on a server (pwa/sw-live.js): the last pages can
 * be read without a network. The app works without it.
 */

import { scriptAddress } from "./trusted.js";

/**
 * @param {string} address of the worker
 * @param {string} scope
 * @returns {Promise<void>}
 */
export async function keepReadable(address, scope) {
  try {
    // In a frame that may store nothing, asking for it throws.
    const { serviceWorker } = navigator;
    if (!serviceWorker) return;
    const url = scriptAddress(new URL(address, location.href));
    await serviceWorker.register(url, { scope, updateViaCache: "none" });
  } catch (error) {
    console.warn("tempestweb: no service worker:", error);
  }
}
