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

/** The widgets that hold a value of the user's, and what that is. @type {Record<string, string>} */
export const CONTROLS = eventsTable.controls;

/** @type {Record<string, string>} */
const TYPES = eventsTable.types;

/**
 * What an event of *type* at a widget carries: "pointer", "text", …, or undefined for nothing.
 * @param {string} widget
 * @param {string} type the wire's event type
 * @returns {string | undefined}
 */
export function payloadKind(widget, type) {
  const kind = TYPES[type];
  return kind === "value" ? (CONTROLS[widget] ?? "form") : kind;
}
