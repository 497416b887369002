/**
 * A page for tests: a client on a jsdom document, frames by hand, and a log of what is done to the
 * live document.
 */

import { JSDOM } from "jsdom";

import { Client } from "../../js/client.js";

/** @typedef {import("../../js/types.js").WireNode} WireNode */

/** jsdom has no constructed style sheets; and takes only abort signals of its own. */
class FakeSheet {
  /** @type {string[]} */
  cssRules = [];

  /** @param {string} rule */
  insertRule(rule) {
    this.cssRules.push(rule);
  }
}

/**
 * @param {{moveBefore?: boolean}} [options] give the document `moveBefore`, which jsdom lacks?
 */
export function openDocument({ moveBefore = false } = {}) {
  const { window } = new JSDOM('<!doctype html><div id="app"></div>', {
    pretendToBeVisual: true,
    url: "https://app.test/",
  });
  const { document } = window;
  const { AbortController } = window;
  Object.assign(globalThis, { CSSStyleSheet: FakeSheet, AbortController });
  /** @type {any} */ (document).adoptedStyleSheets = [];
  if (moveBefore) {
    /** @type {any} */ (window.Element.prototype).moveBefore = window.Node.prototype.insertBefore;
  }
  const target = /** @type {HTMLElement} */ (document.getElementById("app"));
  return { window, document, target };
}

/**
 * @param {{moveBefore?: boolean, dev?: boolean, page?: ReturnType<typeof openDocument>}} [options]
 */
export function openPage({ moveBefore, dev, page = openDocument({ moveBefore }) } = {}) {
  const { window, document, target } = page;
  /** @type {any[]} */
  const sent = [];
  const transport = {
    closed: 0,
    /** @type {((text: string) => void) | null} */
    onmessage: null,
    /** @param {string} text */
    send: (text) => void sent.push(JSON.parse(text)),
    close: () => void transport.closed++,
  };
  const client = new Client(target, { transport, dev });
  client.start();
  let seq = 0;
  /** @param {object} frame */
  const deliver = (frame) => transport.onmessage?.(JSON.stringify(frame));
  return {
    window, document, target, transport, client, sent, deliver,
    /** The data of the events sent so far. */
    events: () => sent.filter(({ kind }) => kind === "event").map(({ data }) => data),
    /** @param {unknown[]} data @param {object} [more] */
    patch: (data, more = {}) => deliver({ kind: "patches", data, seq: ++seq, ...more }),
    /** @param {WireNode} node @param {object} [more] */
    show: (node, more = {}) =>
      deliver({ kind: "patches", data: [{ path: [], node }], seq: ++seq, ...more }),
    /** @param {string} selector @returns {any} */
    get: (selector) => {
      const el = document.querySelector(selector);
      if (!el) throw new Error(`nothing matches ${selector}`);
      return el;
    },
  };
}

/** @param {string} content @param {Partial<WireNode>} [more] @returns {WireNode} */
export const text = (content, more) => ({ type: "Text", props: { content }, ...more });

/** @param {WireNode[]} children @param {Partial<WireNode>} [more] @returns {WireNode} */
export const column = (children, more) => ({ type: "Column", children, ...more });

/**
 * @param {string} widget
 * @param {number} id
 * @param {(string | import("../../js/types.js").OnEntry)[]} on
 * @param {Record<string, unknown>} [props]
 * @returns {WireNode}
 */
export const control = (widget, id, on, props = {}) => ({ type: widget, id, on, props });

/**
 * Type into an element as a user does: the value changes, then `input` fires.
 * @param {any} el
 * @param {string} value
 * @param {string} [event]
 */
export function type(el, value, event = "input") {
  el.value = value;
  fire(el, event);
}

/**
 * @param {any} el
 * @param {string} name
 * @param {object} [init]
 * @returns {boolean} false if the browser's own action was prevented
 */
export function fire(el, name, init = {}) {
  const { Event, KeyboardEvent, MouseEvent } = el.ownerDocument.defaultView;
  const Kind = name.startsWith("key") ? KeyboardEvent : name === "click" ? MouseEvent : Event;
  return el.dispatchEvent(new Kind(name, { bubbles: true, cancelable: true, ...init }));
}

const WRITES = {
  Node: ["insertBefore", "appendChild", "removeChild", "replaceChild"],
  Element: ["remove", "replaceWith", "append", "prepend", "setAttribute", "removeAttribute", "moveBefore"],
  CharacterData: ["remove"],
  Range: ["deleteContents"],
};
const SETTERS = { Node: ["textContent"], CharacterData: ["data"] };

/**
 * What *act* does to elements that are on the page, as names of the calls. Calls that a call makes
 * inside, and elements that are not on the page yet, don't count.
 * @param {any} window
 * @param {() => void} act
 * @returns {string[]}
 */
export function writes(window, act) {
  /** @type {string[]} */
  const log = [];
  /** @type {(() => void)[]} */
  const undo = [];
  let depth = 0;
  /** @param {string} name @param {Function} original */
  const spy = (name, original) =>
    /** @this {any} @param {...unknown} args */
    function (...args) {
      const live = depth === 0 && (this.isConnected ?? this.startContainer?.isConnected);
      if (live) log.push(name);
      depth++;
      try {
        return original.apply(this, args);
      } finally {
        depth--;
      }
    };
  /** @param {string} kind @param {string} name @param {"value" | "set"} part */
  const watch = (kind, name, part) => {
    const proto = window[kind].prototype;
    const own = Object.getOwnPropertyDescriptor(proto, name);
    if (!own?.[part]) return;
    Object.defineProperty(proto, name, { ...own, [part]: spy(name, own[part]) });
    undo.push(() => Object.defineProperty(proto, name, own));
  };
  for (const [kind, names] of Object.entries(WRITES)) names.forEach((n) => watch(kind, n, "value"));
  for (const [kind, names] of Object.entries(SETTERS)) names.forEach((n) => watch(kind, n, "set"));
  try {
    act();
  } finally {
    undo.forEach((restore) => restore());
  }
  return log;
}

/**
 * Collect what is said to the console meanwhile.
 * @param {"error" | "warn"} level
 * @param {() => void} act
 * @returns {string[]}
 */
export function said(level, act) {
  const own = console[level];
  /** @type {string[]} */
  const lines = [];
  console[level] = (...args) => void lines.push(args.join(" "));
  try {
    act();
  } finally {
    console[level] = own;
  }
  return lines;
}
