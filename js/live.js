/**
 * The page of an app that runs on a server: take over what the page shows, and connect.
 *
 * @typedef {{
 *   root: string, transport?: import("./carriers.js").Which, home?: string, session?: string,
 *   epoch?: number, dev?: boolean, events?: string, sw?: string | null,
 * }} Settings What the page says in `meta[name=tempest-live]`. `root` is the path of the app with a
 *   slash at its end, `home` that of its files, `sw` the service worker's; `session` and `epoch`
 *   say whose first view the page shows, `events` is development's stream of edits.
 */

import { pageOf } from "./address.js";
import { Carriers } from "./carriers.js";
import { Client } from "./client.js";
import { Connection } from "./connection.js";
import { followEdits } from "./dev.js";
import { Edits } from "./edits.js";
import { Hydration } from "./hydrate.js";
import { Line } from "./line.js";
import { Natively } from "./natively.js";
import { keepReadable } from "./reading.js";

const TOO_LONG = "Too long to be sent.";

/** @param {HTMLElement} target holds the app */
function start(target) {
  const said = metaOf("live");
  if (!said) return;
  /** @type {Settings} */
  const settings = JSON.parse(said);
  const { dev, events, sw, root } = settings;
  if (dev && events) followEdits(events, target);
  const token = metaOf("token");
  if (token) connect(target, settings, token);
  if (sw) void keepReadable(sw, root);
}

/**
 * @param {HTMLElement} target
 * @param {Settings} settings
 * @param {string} token
 */
function connect(target, { root, transport = "auto", home, dev, session, epoch }, token) {
  // Before the client's own: a stream is cut by then, and that is told after the first to hear it.
  addEventListener("pagehide", ({ persisted }) => {
    client.flush();
    line.sleep(persisted);
  });
  const shown = adopt(target, { dev, home });
  const page = pageOf(location);
  const applied = shown ? 1 : 0;
  /** @type {Edits | null} */
  let edits = null;
  const carriers = new Carriers(new URL(root, location.href), transport);
  const line = new Line(carriers, { session, epoch, token, applied, page }, {
    renew(ack, again, isLost) {
      // Who followed something is no more.
      native.stop();
      client.renew(ack, again);
      if (isLost) edits = new Edits(client.tree);
    },
    whole() {
      edits?.tell(client.tree);
      edits = null;
    },
    status: (status) => connection.show(status),
    tooLong: () => client.notify(TOO_LONG),
    frame: (text, take) => native.hear(text, take),
  });
  const native = new Natively({ app: root, root: target, client: () => client, line });
  const wake = () => line.wake();
  const connection = new Connection(target, wake);
  const client = shown?.connect(line) ?? new Client(target, { transport: line, dev, home });
  client.start();
  addEventListener("pageshow", ({ persisted }) => persisted && wake());
  for (const type of ["online", "offline"]) addEventListener(type, wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  wake();
}

/**
 * @param {HTMLElement} target
 * @param {{dev?: boolean, home?: string}} options
 */
function adopt(target, options) {
  try {
    return Hydration.of(target, options);
  } catch (error) {
    // The app's own first frame comes all the same, in place of this one.
    console.error("tempestweb: the page's HTML can't be adopted", error);
    return null;
  }
}

/** @param {string} name @returns {string} */
function metaOf(name) {
  /** @type {HTMLMetaElement | null} */
  const meta = document.querySelector(`meta[name="tempest-${name}"]`);
  return meta?.content ?? "";
}

const target = document.querySelector("[data-tempest-boot]");
if (target) start(/** @type {HTMLElement} */ (target));
