/**
 * Widget types, read from tables/widgets.json: one template element each, cloned for every node,
 * and what each prop does to it.
 *
 * @typedef {import("./types.js").WidgetTable} WidgetTable
 * @typedef {import("./types.js").Props} Props
 * @typedef {{part: string, name: string, arg: string, late: boolean}} Rule
 * @typedef {Record<string, Element>} Parts
 */

import { CONTROLS, WIDGETS } from "./tables.js";
import { FrameError } from "./wire.js";

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = ["svg", "path"];
/** Values go last: a range clamps them to its limits, a select has only the options it holds. */
const LATE = ["value", "checked", "radiovalue"];

/** One widget type. */
export class Spec {
  /** @type {Map<string, Element>} tag → template */
  #templates = new Map();
  /** @type {Record<string, number[]>} part → child indexes from the root */
  #places = {};
  #table;
  #document;

  /**
   * @param {string} type
   * @param {WidgetTable} table
   * @param {Document} document
   */
  constructor(type, table, document) {
    this.#table = table;
    this.#document = document;
    this.type = type;
    this.className = `tw-${type}`;
    this.isControl = type in CONTROLS;
    this.control = table.control ?? "root";
    this.slot = table.slot;
    /** The prop that picks the element, where there is one. */
    this.tagProp = table.tag?.prop;
    /** @type {Map<string, Rule>} */
    this.rules = new Map(Object.entries(table.props).map(([prop, text]) => [prop, readRule(text)]));
    this.hasLate = [...this.rules.values()].some((rule) => rule.late);
    /** What native controls have a `disabled` property for; other elements become inert. */
    this.canDisable = table.control !== undefined;
  }

  /**
   * A new element for a node with *props*, or *el*, which is one already.
   * @param {Props} props
   * @param {Element} [el]
   * @returns {Parts} its parts by name; the element itself is "root"
   */
  clone(props, el) {
    const tag = this.#tagFor(props);
    let template = this.#templates.get(tag);
    if (!template) {
      template = this.#make([tag, ...this.#table.el.slice(1)], []);
      const own = template.getAttribute("class");
      template.setAttribute("class", own ? `${this.className} ${own}` : this.className);
      this.#templates.set(tag, template);
    }
    return this.#parts(el ?? /** @type {Element} */ (template.cloneNode(true)));
  }

  /**
   * What *name* is on a part when no prop says otherwise.
   * @param {string} part
   * @param {string} name
   * @returns {string | null}
   */
  defaultAttribute(part, name) {
    const [template] = this.#templates.values();
    return this.#parts(template)[part].getAttribute(name);
  }

  /** @param {Element} root @returns {Parts} */
  #parts(root) {
    /** @type {Parts} */
    const parts = { root };
    for (const name in this.#places) {
      let el = root;
      for (const index of this.#places[name]) el = el.children[index];
      parts[name] = el;
    }
    return parts;
  }

  /** @param {Props} props @returns {string} */
  #tagFor(props) {
    const { tag, el } = this.#table;
    return (tag && tag.map[String(props[tag.prop] ?? tag.default)]) ?? String(el[0]);
  }

  /**
   * @param {any[]} row `[tag, attributes?, ...children]`
   * @param {number[]} place
   * @returns {Element}
   */
  #make([tag, ...rest], place) {
    const el = SVG_TAGS.includes(tag)
      ? this.#document.createElementNS(SVG, tag)
      : this.#document.createElement(tag);
    for (const item of rest) {
      if (typeof item === "string") el.append(item);
      else if (Array.isArray(item)) el.append(this.#make(item, [...place, el.children.length]));
      else for (const name in item) this.#attribute(el, name, item[name], place);
    }
    return el;
  }

  /**
   * @param {Element} el
   * @param {string} name
   * @param {string} value
   * @param {number[]} place
   */
  #attribute(el, name, value, place) {
    if (name === "ref") this.#places[value] = place;
    else el.setAttribute(name, value);
  }
}

/** The widget types of one document, each made when it is first used. */
export class Specs {
  /** @type {Map<string, Spec>} */
  #specs = new Map();
  #document;

  /** @param {Document} document */
  constructor(document) {
    this.#document = document;
  }

  /** @param {string} type @returns {Spec} */
  get(type) {
    let spec = this.#specs.get(type);
    if (!spec) {
      if (!Object.hasOwn(WIDGETS, type)) throw new FrameError(`unknown widget type: ${type}`);
      spec = new Spec(type, WIDGETS[type], this.#document);
      this.#specs.set(type, spec);
    }
    return spec;
  }
}

/**
 * @param {string} text `[part@]name[:argument]`
 * @returns {Rule}
 */
function readRule(text) {
  const at = text.indexOf("@");
  const [name, arg = ""] = text.slice(at + 1).split(":");
  return { part: at < 0 ? "root" : text.slice(0, at), name, arg, late: LATE.includes(name) };
}

/**
 * The element that holds an app: the target itself, or one inside its shadow root.
 * @param {Element} target
 * @param {ShadowRoot | null} shadow
 * @returns {Element}
 */
export function rootIn(target, shadow) {
  return shadow ? shadow.appendChild(target.ownerDocument.createElement("div")) : target;
}
