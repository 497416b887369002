/**
 * The rows, the same in every target: labels follow from the number, so that no target's random
 * source is part of what is compared.
 *
 * @typedef {{id: number, label: string}} Line
 */

const SIZES = ["tiny", "small", "compact", "large", "huge", "long", "tall", "wide", "narrow", "round"];
const COLOURS = [
  "red", "yellow", "blue", "green", "pink", "brown", "purple", "white", "black", "teal", "grey",
];
const THINGS = [
  "table", "chair", "desk", "sofa", "lamp", "clock", "shelf", "mirror", "basket",
];

/** What the buttons above the rows are called, in their order. */
export const BUTTONS = {
  run: "Create 1,000 rows",
  few: "Create 100 rows",
  lots: "Create 10,000 rows",
  add: "Append 1,000 rows",
  update: "Update every 10th row",
  swap: "Swap rows",
  clear: "Clear",
};

/** @param {number} id @returns {string} */
export function labelOf(id) {
  // 10, 11 and 9 words: no two tables of 1,000 rows have a label in the same place.
  return `${SIZES[id % 10]} ${COLOURS[id % 11]} ${THINGS[id % 9]}`;
}

/** Makes rows whose ids go on counting. */
export class Maker {
  #next = 1;

  /** @param {number} count @returns {Line[]} */
  make(count) {
    return Array.from({ length: count }, () => {
      const id = this.#next++;
      return { id, label: labelOf(id) };
    });
  }
}
