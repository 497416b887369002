/**
 * What Python can call in the browser: the names and arguments of tempestweb_wasm/native/.
 *
 * @typedef {import("./native.js").Surroundings} Surroundings
 * @typedef {(args: any, around: Surroundings) => unknown} Call
 */

import { needed } from "./refused.js";
import { place, positionOf, screenNow } from "./readings.js";

/** @type {Record<string, Call>} */
export const CALLS = {
  "clipboard.read_text": () => needed(navigator.clipboard, "clipboard").readText(),

  "clipboard.write_text": ({ text }) => needed(navigator.clipboard, "clipboard").writeText(text),

  async share({ url, ...rest }) {
    needed("share" in navigator, "share sheet");
    // Relative to the page, as a link is.
    const given = url ? { ...rest, url: new URL(url, document.baseURI).href } : rest;
    try {
      await navigator.share(given);
      return true;
    } catch (error) {
      // The visitor closed the sheet.
      if (/** @type {Error} */ (error).name === "AbortError") return false;
      throw error;
    }
  },

  "geolocation.get": (args) =>
    new Promise((resolve, reject) => {
      place().getCurrentPosition((found) => resolve(positionOf(found)), reject, {
        enableHighAccuracy: args.high_accuracy,
        maximumAge: args.max_age,
        timeout: args.within,
      });
    }),

  "notifications.permission": () => notifications().permission,

  "notifications.request": () => notifications().requestPermission(),

  async "notifications.show"({ title, ...options }) {
    if (notifications().permission !== "granted") {
      throw new DOMException("ask the visitor first, by notifications.request", "NotAllowedError");
    }
    try {
      const note = new Notification(title, options);
      note.addEventListener("click", () => focus());
    } catch (error) {
      // Browsers of phones leave it to a service worker.
      const workers = await navigator.serviceWorker?.getRegistration();
      if (!workers?.active) throw error;
      await workers.showNotification(title, options);
    }
  },

  "storage.get": ({ key }, around) => JSON.parse(localStorage.getItem(prefix(around) + key) ?? "null"),

  "storage.set": ({ key, value }, around) =>
    localStorage.setItem(prefix(around) + key, JSON.stringify(value)),

  "storage.remove": ({ key }, around) => localStorage.removeItem(prefix(around) + key),

  "storage.keys"(_, around) {
    const ours = prefix(around);
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(ours));
    return keys.map((key) => key.slice(ours.length));
  },

  vibrate({ pattern }) {
    needed("vibrate" in navigator, "vibration");
    return navigator.vibrate(pattern);
  },

  "screen.get": () => screenNow(),
};

function notifications() {
  return needed(globalThis.Notification, "notifications");
}

/** @param {Surroundings} around */
function prefix({ app }) {
  return `tempestweb:${encodeURIComponent(app)}:`;
}
