import table from "../tempestweb_wasm/tables/style.json" with { type: "json" };

/**
 * Canonical styles → CSS rules in a constructed sheet, by the table that Python reads too.
 *
 * Names and values come from the wire, so each is held against its type in the table;
 * what does not fit is reported and dropped, never written: a value can't become a rule.
 */

/** @typedef {Readonly<Record<string, unknown>>} Style a canonical style (docs/wire.md) */
/**
 * @typedef {object} Type
 * @property {string} [match] what a string must match whole
 * @property {string} [unit] lets a number through, and follows it
 * @property {string} [each] type of a list's items
 * @property {string} [join] what stands between them
 * @property {[number, number]} [count] how many there may be
 * @property {[string, string, string][]} [parts] members of an object: name, type, text
 * @property {string[]} [any] the first of these that takes the value
 */
/**
 * @typedef {object} Table
 * @property {string} name what a style's name must match
 * @property {number} limit greatest number that is written
 * @property {Record<string, string>} patterns
 * @property {Record<string, Type>} types
 * @property {Record<string, string | [string, string]>} fields
 * @property {Record<string, string>} states
 */

const { name: NAME, limit, patterns, types, fields, states } =
  /** @type {Table} */ (/** @type {unknown} */ (table));

/** @type {Map<string, RegExp>} */
const compiled = new Map();

/**
 * @param {string} source
 * @returns {RegExp} matches a whole string
 */
function pattern(source) {
  let found = compiled.get(source);
  if (!found) {
    let text = source;
    while (/\{[a-z]+\}/.test(text)) {
      text = text.replace(/\{([a-z]+)\}/g, (_, word) => patterns[word]);
    }
    found = new RegExp(`^(?:${text})$`);
    compiled.set(source, found);
  }
  return found;
}

/**
 * @param {unknown} value
 * @returns {value is Style}
 */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {unknown} value
 * @param {string} kind
 * @returns {string | null} CSS text; null if the type does not take the value
 */
function textOf(value, kind) {
  const type = types[kind];
  if (type.any) {
    for (const other of type.any) {
      const text = textOf(value, other);
      if (text !== null) return text;
    }
    return null;
  }
  if (type.each) return listText(value, type);
  return type.parts ? objectText(value, type.parts) : scalarText(value, type);
}

/**
 * @param {unknown} value
 * @param {Type} type
 */
function scalarText(value, { match, unit }) {
  if (typeof value === "string") return match && pattern(match).test(value) ? value : null;
  const fits = typeof value === "number" && unit !== undefined && Math.abs(value) <= limit;
  return fits ? value + unit : null;
}

/**
 * @param {unknown} value
 * @param {Type} type
 */
function listText(value, { each = "", join = "", count: [least, most] = [0, 0] }) {
  if (!Array.isArray(value) || value.length < least || value.length > most) return null;
  const texts = value.map((item) => textOf(item, each));
  return texts.includes(null) ? null : texts.join(join);
}

/**
 * @param {unknown} value
 * @param {[string, string, string][]} parts
 */
function objectText(value, parts) {
  if (!isObject(value)) return null;
  let out = "";
  for (const [spec, kind, form] of parts) {
    const name = spec.replace("?", "");
    if (!Object.hasOwn(value, name) && name !== spec) continue;
    const text = textOf(value[name], kind);
    if (text === null) return null;
    out += fill(form, text);
  }
  return out || null;
}

/**
 * @param {string} form
 * @param {string} text
 */
const fill = (form, text) => form.replaceAll("$", () => text);

/**
 * @param {unknown} what
 * @param {unknown} [value]
 */
function drop(what, value) {
  console.error("tempest: style dropped", what, value);
}

/**
 * @param {Style} style
 * @param {Record<string, string>} allowed states that the style may hold
 */
function declarations(style, allowed) {
  for (const name of Object.keys(style)) {
    if (!Object.hasOwn(fields, name) && !Object.hasOwn(allowed, name)) drop(name, style[name]);
  }
  const out = [];
  for (const [name, rule] of Object.entries(fields)) {
    if (!Object.hasOwn(style, name)) continue;
    const [form, kind] = typeof rule === "string" ? [`${name.replaceAll("_", "-")}:$`, rule] : rule;
    const text = textOf(style[name], kind);
    if (text === null) drop(name, style[name]);
    else out.push(fill(form, text));
  }
  return out.join(";");
}

/**
 * The CSS rules of one style, for the class that its name is.
 * @param {string} name
 * @param {Style} style
 * @returns {string} empty for a style that sets nothing, and for a name that is no class
 */
export function styleToCss(name, style) {
  if (!pattern(NAME).test(name) || !isObject(style)) {
    drop(name, style);
    return "";
  }
  const own = declarations(style, states);
  let css = own && `.${name}{${own}}`;
  for (const [state, form] of Object.entries(states)) {
    if (!Object.hasOwn(style, state)) continue;
    const part = style[state];
    const inner = isObject(part) ? declarations(part, {}) : drop(state, part);
    if (inner) css += fill(form, `.${name}`).replace("%", () => inner);
  }
  return css;
}

/** The styles of one document or shadow root, in a constructed sheet (no inline style). */
export class StyleSheet {
  /** @param {Document | ShadowRoot} root */
  constructor(root) {
    this.root = root;
    this.sheet = new CSSStyleSheet();
    /** @type {Set<string>} */
    this.names = new Set();
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.sheet];
  }

  /**
   * Add the styles that are not there yet: one rule group, so one call to the parser,
   * however many they are.
   * @param {Readonly<Record<string, Style>>} styles by name, as a frame carries them
   */
  add(styles) {
    let css = "";
    for (const [name, style] of Object.entries(styles)) {
      if (this.names.has(name)) continue;
      this.names.add(name);
      css += styleToCss(name, style);
    }
    if (css) this.sheet.insertRule(`@media all{${css}}`, this.sheet.cssRules.length);
  }

  /** Take the sheet off again; harmless when repeated. */
  remove() {
    this.root.adoptedStyleSheets = this.root.adoptedStyleSheets.filter((s) => s !== this.sheet);
  }
}
