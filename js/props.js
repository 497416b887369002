/**
 * What each prop does to the elements of its widget: attributes, properties and text, by the rules
 * of tables/widgets.json. Text from data only ever becomes text nodes, a URL is checked, an
 * attribute must be on the list.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {import("./types.js").Props} Props
 * @typedef {import("./mounted.js").Host} Host
 * @typedef {{
 *   node: Mounted, el: Element, value: any, rule: import("./template.js").Rule, host: Host,
 * }} Target One prop to be written: `el` is the part that the rule names.
 */

import { setAttribute, setUrl } from "./attributes.js";
import { writeCommon } from "./common.js";
import { writeControl } from "./controls.js";
import { writeOptions, writeRadios } from "./options.js";
import { ICONS } from "./tables.js";

/** Rule of tables/widgets.json → what it does. @type {Record<string, (at: Target) => void>} */
export const SETTERS = {
  text: ({ node, el, value }) => setText(node, el, value),
  attr: ({ node, el, value, rule }) => {
    const kept = value === undefined ? node.spec.defaultAttribute(rule.part, rule.arg) : value;
    setAttribute(el, rule.arg, kept);
  },
  data: ({ el, value, rule }) => setAttribute(el, `data-${rule.arg}`, value),
  prop: ({ el, value, rule }) => {
    /** @type {any} */ (el)[rule.arg] = value === true;
  },
  url: ({ node, el, value, rule, host }) => {
    if (rule.arg === "href" && node.props.disabled) return;
    setUrl(el, rule.arg, value, host.home);
  },
  external: ({ el, value }) => {
    setAttribute(el, "target", value && "_blank");
    setAttribute(el, "rel", value && "noopener noreferrer");
  },
  lazy: ({ el, value }) => setAttribute(el, "loading", value && "lazy"),
  icon: ({ el, value }) => {
    const known = value !== undefined && Object.hasOwn(ICONS, value);
    if (value && !known) console.warn(`tempestweb: no icon is called "${value}"`);
    setAttribute(el, "d", known ? ICONS[value] : null);
  },
  svglabel: ({ el, value }) => {
    setAttribute(el, "role", value && "img");
    setAttribute(el, "aria-label", value);
    setAttribute(el, "aria-hidden", value ? null : "true");
  },
  value: ({ node }) => setControlled(node),
  checked: ({ node }) => setControlled(node),
  radiovalue: ({ node }) => setControlled(node),
  options: ({ node }) => writeOptions(node),
  placeholder: ({ node }) => writeOptions(node),
  radios: ({ node, el, host }) => {
    el.id ||= host.newId();
    writeRadios(node, el.id);
  },
  radiolabel: ({ node, value, host }) => setPart(node, "label", value, host),
  filelabel: ({ node }) => showFiles(node),
  validate: ({ el, value }) => {
    /** @type {HTMLFormElement} */ (el).noValidate = value === false;
  },
  fieldname: ({ node, host }) => host.nameChanged(node),
  fieldlabel: ({ node, value, host }) => setPart(node, "label", value, host),
  fieldhint: ({ node, value, host }) => setPart(node, "hint", value, host),
  fielderror: ({ node, value, host }) => setPart(node, "error", value, host),
  fieldrequired: ({ node, el, value, host }) => {
    setAttribute(el, "data-required", value);
    host.nameChanged(node);
  },
};

/** What FilePicker says when it has no label of its own and nothing is chosen. */
const CHOOSE = "Choose file";

/**
 * Apply all props of a new node.
 * @param {Mounted} node
 * @param {Host} host
 */
export function writeProps(node, host) {
  if (node.type === "FilePicker") {
    showFiles(node);
    host.nameChanged(node);
  }
  for (const name in node.props) if (!isLate(node, name)) writeProp(node, name, host);
  if (!node.spec.hasLate) return;
  // It went to the middle of the limits that it had before these, and stays there clamped.
  if (node.type === "Slider" && node.props.value === undefined) writeControl(node);
  for (const name in node.props) if (isLate(node, name)) writeProp(node, name, host);
}

/**
 * Change props in place.
 * @param {Mounted} node
 * @param {Props} set
 * @param {readonly string[]} unset
 * @param {Host} host
 */
export function changeProps(node, set, unset, host) {
  const before = node.props;
  const now = { ...before, ...set };
  for (const name of unset) delete now[name];
  node.props = now;
  const names = [...Object.keys(set), ...unset];
  for (const name of names) if (!isLate(node, name)) writeProp(node, name, host, before);
  for (const name of names) if (isLate(node, name)) writeProp(node, name, host, before);
  if (names.includes("required")) host.nameChanged(node);
  // A widget's own name for itself gives way to the one in `semantics`, whichever came last.
  if (now.semantics && names.includes("label")) writeProp(node, "semantics", host, before);
  if (before.semantics && !now.semantics && "label" in now) writeProp(node, "label", host);
}

/**
 * What turns *before* into *now*.
 * @param {Props} before
 * @param {Props} now
 * @returns {{set_props: Props, unset_props: string[]}}
 */
export function differing(before, now) {
  /** @type {Props} */
  const set_props = {};
  for (const name in now) if (!isEqual(now[name], before[name])) set_props[name] = now[name];
  return { set_props, unset_props: Object.keys(before).filter((name) => !(name in now)) };
}

/**
 * @param {unknown} one
 * @param {unknown} other
 * @returns {boolean}
 */
function isEqual(one, other) {
  if (one === other) return true;
  return typeof one === "object" && JSON.stringify(one) === JSON.stringify(other);
}

/**
 * @param {Mounted} node
 * @param {string} name
 * @returns {boolean}
 */
function isLate(node, name) {
  return node.spec.rules.get(name)?.late === true;
}

/**
 * @param {Mounted} node
 * @param {string} name
 * @param {Host} host
 * @param {Props} [before] the props that were, where the node is not new
 */
function writeProp(node, name, host, before = {}) {
  const rule = node.spec.rules.get(name);
  if (rule) {
    const el = node.parts[rule.part];
    SETTERS[rule.name]({ node, el, value: node.props[name], rule, host });
  } else if (name !== node.spec.tagProp && !writeCommon(node, name, before, host)) {
    console.warn(`tempestweb: ${node.type} has no prop "${name}"`);
    return;
  }
  if (name === "disabled" && !node.props.disabled && node.type === "Link") {
    setUrl(node.el, "href", node.props.href, host.home);
  }
}

/**
 * Text beside child widgets has a node of its own in front of them.
 * @param {Mounted} node
 * @param {Element} el
 * @param {unknown} value
 */
function setText(node, el, value) {
  const text = value === undefined || value === null ? "" : String(value);
  const first = el.firstChild;
  if (first?.nodeType === 3 && (first === el.lastChild || el === node.slot)) {
    /** @type {Text} */ (first).data = text;
  } else if (el === node.slot) {
    el.prepend(text);
  } else {
    // Page translation may have put elements of its own here: they go.
    el.textContent = text;
  }
}

/**
 * @param {Mounted} node
 * @param {string} part
 * @param {unknown} value
 * @param {Host} host
 */
function setPart(node, part, value, host) {
  setText(node, node.parts[part], value);
  host.nameChanged(node);
}

/**
 * The user's typing wins: what Python sets meanwhile is held back until its turn.
 * @param {Mounted} node
 */
function setControlled(node) {
  if (node.isProtected && node.state) node.state.held = true;
  else writeControl(node);
}

/**
 * Show what is chosen in a file picker, else its label.
 * @param {Mounted} node
 */
export function showFiles(node) {
  const { files } = /** @type {HTMLInputElement} */ (node.control);
  const names = [...(files ?? [])].map((file) => file.name).join(", ");
  node.parts.label.textContent = names || String(node.props.label ?? CHOOSE);
  node.el.toggleAttribute("data-chosen", names !== "");
}
