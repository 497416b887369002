/**
 * The browser client: what runs Python apps on a page.
 */

import { begun } from "./begun.js";
import { boot } from "./boot.js";
import { Client } from "./client.js";
import { TempestApp } from "./embed.js";
import { trust } from "./trusted.js";

// A page may come by this script twice, under its own name and under that with the hash.
if (!customElements.get("tempest-app")) {
  const { policy } = begun();
  if (policy) trust(policy);
  customElements.define("tempest-app", TempestApp);
  for (const target of document.querySelectorAll("[data-tempest-boot]")) {
    void boot(/** @type {HTMLElement} */ (target));
  }
}

export { boot, Client, TempestApp };
