/**
 * The state of React and Preact: never changed in place, so that a row's object tells whether the
 * row has changed.
 *
 * @typedef {import("./data.js").Line} Line
 * @typedef {{lines: Line[], selected: number | null}} State
 */

import { Maker } from "./data.js";

const maker = new Maker();

/** @type {State} */
export const EMPTY = { lines: [], selected: null };

/** @type {Record<string, (state: State, id: number) => State>} */
const CHANGES = {
  run: () => ({ lines: maker.make(1000), selected: null }),
  few: () => ({ lines: maker.make(100), selected: null }),
  lots: () => ({ lines: maker.make(10000), selected: null }),
  clear: () => EMPTY,
  add: ({ lines, selected }) => ({ lines: lines.concat(maker.make(1000)), selected }),
  select: ({ lines }, id) => ({ lines, selected: id }),
  remove: ({ lines, selected }, id) => ({ lines: lines.filter((line) => line.id !== id), selected }),
  update({ lines, selected }) {
    const changed = lines.slice();
    for (let at = 0; at < changed.length; at += 10) {
      changed[at] = { id: changed[at].id, label: `${changed[at].label} !!!` };
    }
    return { lines: changed, selected };
  },
  swap(state) {
    if (state.lines.length <= 998) return state;
    const lines = state.lines.slice();
    [lines[1], lines[998]] = [lines[998], lines[1]];
    return { lines, selected: state.selected };
  },
};

/**
 * @param {State} state
 * @param {{type: string, id?: number}} action
 * @returns {State}
 */
export function reduce(state, { type, id = 0 }) {
  return CHANGES[type](state, id);
}
