/**
 * The tables that Python reads too, as one import, so that a test can tell where each comes from.
 * The bundler copies them into the client.
 */

import eventsTable from "../tempestweb_wasm/tables/events.json" with { type: "json" };
import iconsTable from "../tempestweb_wasm/tables/icons.json" with { type: "json" };
import widgetsTable from "../tempestweb_wasm/tables/widgets.json" with { type: "json" };
import wireTable from "../tempestweb_wasm/tables/wire.json" with { type: "json" };

/** @typedef {import("./types.js").WidgetTable} WidgetTable */

/** Widget type → how it is built. @type {Record<string, WidgetTable>} */
export const WIDGETS = /** @type {any} */ (widgetsTable);

/** Icon name → path data in a 24×24 box. @type {Record<string, string>} */
export const ICONS = iconsTable.icons;

/** URL schemes and attribute names that data may use. */
export const WIRE = wireTable;

/** The widgets that hold a value of the user's. */
export const CONTROLS = new Set(eventsTable.controls);

/** @type {Record<string, Record<string, string[]>>} */
const HEARD = eventsTable.widgets;
/** @type {Record<string, string>} */
const PAYLOADS = eventsTable.payloads;

/**
 * What an event of *type* at a widget carries: "pointer", "text", …, or "none".
 * @param {string} widget
 * @param {string} type the wire's event type
 * @returns {string}
 */
export function payloadKind(widget, type) {
  const entry = Object.values(HEARD[widget] ?? {}).find(([wire]) => wire === type);
  return PAYLOADS[entry?.[1] ?? ""] ?? "none";
}
