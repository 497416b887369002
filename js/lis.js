/**
 * Longest increasing subsequence: which items may stay where they are.
 */

/**
 * Mark the places of one longest increasing subsequence of *order*; negative entries (items
 * that are new) are never part of it. O(n log n), by patience sorting with back pointers.
 * @param {ArrayLike<number>} order
 * @returns {Uint8Array} 1 where the item stays
 */
export function staying(order) {
  const size = order.length;
  const stays = new Uint8Array(size);
  const before = new Int32Array(size).fill(-1);
  /** @type {number[]} place of the smallest end of a subsequence of each length */
  const ends = [];
  for (let place = 0; place < size; place++) {
    const value = order[place];
    if (value < 0) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order[ends[middle]] < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[place] = ends[low - 1];
    ends[low] = place;
  }
  let place = ends.length ? ends[ends.length - 1] : -1;
  for (; place >= 0; place = before[place]) stays[place] = 1;
  return stays;
}
