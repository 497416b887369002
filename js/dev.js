/**
 * Development: the server tells of each edit, and the page reloads.
 */

import { Overlay } from "./client.js";

/**
 * Follow the stream at *address*. What is wrong with an app stays on the screen until an edit.
 * @param {string} address relative to the page
 * @param {Element} root where faults are shown
 * @returns {EventSource} the stream, for who hears more of it
 */
export function followEdits(address, root) {
  const events = new EventSource(new URL(address, document.baseURI));
  const overlay = new Overlay(root, true);
  /** @type {string | undefined} */
  let shown;
  events.addEventListener("message", ({ data }) => {
    const { type, build, code, message } = JSON.parse(data);
    if (type === "error") overlay.error({ code, message });
    // A server that was started anew may have other files; it says so when it is reached again.
    if (type === "reload" || (type === "hello" && shown && shown !== build)) location.reload();
    if (type === "hello") shown = build;
  });
  // A connection that hangs on keeps one of the few that a browser has for a host.
  addEventListener("pagehide", () => events.close());
  return events;
}
