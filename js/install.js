/**
 * Offering to install the app, where the browser lets a page do so.
 *
 * @typedef {Event & {prompt(): Promise<unknown>}} InstallEvent tsc does not know it
 */

import { notice } from "./notice.js";

/**
 * Ask with *text* as soon as the browser would install this page's app.
 * @param {string} text
 */
export function offerInstall(text) {
  /** @type {HTMLElement | undefined} */
  let shown;
  const close = () => shown?.remove();
  addEventListener("beforeinstallprompt", (event) => {
    // Instead of the browser's own hint, where it has one.
    event.preventDefault();
    close();
    const install = () => {
      close();
      void (/** @type {InstallEvent} */ (event).prompt());
    };
    shown = notice(text, [["Install", install], ["Not now", close]]);
  });
  addEventListener("appinstalled", close);
}
