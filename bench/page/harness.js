/**
 * The stopwatch, the same in every target's page. It knows a table by what a user sees: buttons by
 * their text, and rows below them. Every operation is checked against a model of the table.
 */

import { BUTTONS } from "../targets/data.js";
import { button, list, Model } from "./model.js";

/** Milliseconds after which an operation has failed. */
const PATIENCE = 120_000;
/** So often the page is looked at between microtasks; a flush that waits takes one or two. */
const MICROTASKS = 16;

const model = new Model();

/**
 * What is clicked, what it does to the model, and how to see at a glance that the page has it. The
 * glance is timed: it is cheap, and true only after the last change.
 * @typedef {{target: () => HTMLElement, change: () => void, glance: () => () => boolean}} Action
 */

/** @param {number} row @param {1 | 2} place */
function inRow(row, place) {
  return /** @type {HTMLElement} */ (list().children[row].children[place]);
}

/** @param {Element} rows @param {number} at */
function hasRow(rows, at) {
  const { id, label } = model.lines[at];
  return rows.children[at].textContent === `${id}${label}×`;
}

/** Rows came, went, or both: are the first and the last there? @returns {() => boolean} */
function ends() {
  const rows = list();
  const { length } = model.lines;
  return () =>
    rows.childElementCount === length &&
    (length === 0 || (hasRow(rows, 0) && hasRow(rows, length - 1)));
}

/**
 * Do these rows show what they should?
 * @param {() => number[]} which
 * @returns {() => () => boolean}
 */
function shown(which) {
  return () => {
    const [rows, places] = [list(), which()];
    return () => places.every((at) => hasRow(rows, at));
  };
}

/** @param {number} at @returns {Action} */
function selecting(at) {
  let looked = /** @type {Element[]} */ ([]);
  return {
    target: () => inRow(at, 1),
    change: () => {
      const before = model.lines.findIndex(({ id }) => id === model.selected);
      const { children } = list();
      looked = before < 0 ? [children[at]] : [children[before], children[at]];
      model.select(at);
    },
    glance: () => {
      // A class in some targets, an inline style in others.
      const mark = (/** @type {Element} */ el) =>
        `${el.getAttribute("class")} ${el.getAttribute("style")}`;
      const before = looked.map(mark);
      return () => looked.every((el, index) => mark(el) !== before[index]);
    },
  };
}

/** @param {string} label @param {() => void} change @param {Action["glance"]} [glance] */
function pressing(label, change, glance = ends) {
  return { target: () => button(label), change, glance };
}

/** @type {Record<string, Action>} */
const ACTIONS = {
  clear: pressing(BUTTONS.clear, () => model.create(0)),
  few: pressing(BUTTONS.few, () => model.create(100)),
  run: pressing(BUTTONS.run, () => model.create(1000)),
  lots: pressing(BUTTONS.lots, () => model.create(10_000)),
  add: pressing(BUTTONS.add, () => model.append(1000)),
  update: pressing(BUTTONS.update, () => model.update(), shown(() => [0, 990])),
  swap: pressing(BUTTONS.swap, () => model.swap(), shown(() => [1, 998])),
  select2: selecting(1),
  select5: selecting(4),
  remove: { target: () => inRow(4, 2), change: () => model.remove(4), glance: ends },
};

/** The timed action of each operation comes last; an empty table is where each begins. */
const OPERATIONS = {
  create: ["run"],
  replace: ["run", "run"],
  update: ["run", "update"],
  select: ["run", "select5", "select2"],
  swap: ["run", "swap"],
  remove: ["run", "remove"],
  create10k: ["lots"],
  append: ["run", "add"],
  clear: ["run", "clear"],
  create100: ["few"],
  one10k: ["lots", "select2"],
};

/**
 * Wait until *done*: in microtasks for those that change the page before the click's task ends,
 * after mutations for those that change it later. Both see it before the browser draws a frame.
 * @param {() => boolean} done
 */
async function until(done) {
  for (let turn = 0; turn < MICROTASKS; turn++) {
    await null;
    if (done()) return;
  }
  await new Promise((resolve, reject) => {
    const settle = (/** @type {() => void} */ then) => {
      observer.disconnect();
      clearTimeout(timer);
      then();
    };
    const observer = new MutationObserver(() => done() && settle(() => resolve(null)));
    const late = () => settle(() => reject(new Error("the operation did not happen")));
    const timer = setTimeout(late, PATIENCE);
    observer.observe(document.body, {
      attributes: true, characterData: true, childList: true, subtree: true,
    });
  });
}

/**
 * Do one action.
 * @param {string} name
 * @returns {Promise<{total: number, script: number}>} milliseconds from the click to layout done,
 *   and to where layout began
 */
async function act(name) {
  const action = ACTIONS[name];
  const target = action.target();
  action.change();
  const done = action.glance();
  const start = performance.now();
  target.click();
  if (!done()) await until(done);
  const changed = performance.now();
  void document.body.offsetHeight;
  const end = performance.now();
  return { total: end - start, script: changed - start };
}

/** Let the page paint, then collect what is left over, so that the next has a clean start. */
async function rest() {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  /** @type {{gc?: () => void}} */ (globalThis).gc?.();
}

Object.assign(globalThis, {
  /** What bench/browser.py asks of a page. */
  bench: {
    rest,

    /** Do actions one after another, each checked. @param {string[]} names */
    async act(names) {
      for (const name of names) {
        await act(name);
        model.check();
      }
    },

    /** Bring the table to where an operation begins. @param {keyof typeof OPERATIONS} operation */
    async prepare(operation) {
      const clearing = model.lines.length > 0 ? ["clear"] : [];
      await this.act([...clearing, ...OPERATIONS[operation].slice(0, -1)]);
      await rest();
    },

    /** Nothing but the operation. @param {keyof typeof OPERATIONS} operation */
    perform: (operation) => act(OPERATIONS[operation][OPERATIONS[operation].length - 1]),

    /** See that the operation did happen. */
    async check() {
      model.check();
      await rest();
    },
  },
});
