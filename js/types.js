/**
 * Shapes that the client's modules share. Types only: nothing here runs.
 *
 * @typedef {{
 *   type: string, key?: string, style?: string, props?: Props,
 *   children?: WireNode[], id?: number, on?: (string | OnEntry)[],
 * }} WireNode A node as it crosses the wire (docs/wire.md, Nodes).
 *
 * @typedef {Record<string, unknown>} Props
 *
 * @typedef {{
 *   type: string, keys?: string[], prevent?: boolean, debounce?: number, throttle?: number,
 * }} OnEntry An event type that a node hears; times are in milliseconds.
 *
 * @typedef {Record<string, OnEntry>} Heard Event type → its entry.
 *
 * @typedef {{path: number[], node: WireNode}} ReplacePatch
 * @typedef {{
 *   path: number[], set_props?: Props, unset_props?: string[],
 *   style?: string | null, on?: (string | OnEntry)[] | null, id?: number,
 * }} UpdatePatch
 * @typedef {{path: number[], index: number, nodes: WireNode[]}} InsertPatch
 * @typedef {{path: number[], index: number, count: number}} RemovePatch
 * @typedef {{path: number[], start: number, order: number[]}} ReorderPatch
 *
 * @typedef {{
 *   kind: "patches", data: Record<string, unknown>[], styles?: Record<string, object>,
 *   seq?: number, ack?: number, epoch?: number,
 * }} PatchesFrame
 * @typedef {{
 *   kind: "error", code: string, message: string, detail?: string, seq?: number, ack?: number,
 * }} ErrorFrame
 * @typedef {{kind: "other"}} OtherFrame A frame that this client has no use for.
 * @typedef {{kind: "ping"}} PingFrame
 * @typedef {PatchesFrame | ErrorFrame | PingFrame | OtherFrame} Frame
 *
 * @typedef {{id?: number, type: string, payload?: unknown}} EventData An event, as its frame has it.
 *
 * @typedef {{
 *   send(text: string): void, onmessage: ((text: string) => void) | null, close(): void,
 *   applied?(seq: number, ack: number): void,
 * }} Transport What carries frames; the client never learns what stands behind it. `applied` is
 *   told, where there is one, up to which frame the page is, and which event is answered.
 *
 * @typedef {{
 *   el: unknown[], props: Record<string, string>, control?: string, slot?: string,
 *   tag?: {prop: string, default: unknown, map: Record<string, string>},
 * }} WidgetTable One widget's row in tables/widgets.json.
 *
 * @typedef {{
 *   pending: number, held: boolean, composing: boolean, dirty: boolean, entered: boolean,
 *   edited: boolean,
 * }} ControlState What protects the user's input. `pending` is the number of the last event that
 *   is not yet acknowledged (Infinity while it waits to be sent), `held` is true when Python set a
 *   value meanwhile, `dirty` when text was typed since the last commit, `entered` when Enter
 *   committed it before the browser's own `change` event does, `edited` when the user ever touched
 *   it.
 *
 * @typedef {{event: Event, held: boolean}} Past What was done before the client was there; `held`:
 *   the browser's own action was held back.
 *
 * @typedef {{label?: string, role?: string, hint?: string}} Semantics
 * @typedef {{value: string, label: string, disabled?: boolean}} Option
 * @typedef {{ref: number, name: string, size: number, type: string}} FileInfo
 *
 * @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} ValueElement
 */

export {};
