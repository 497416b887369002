/**
 * What gate.js began before boot.js was there, and how that takes it over.
 *
 * @typedef {{worker: Worker, life: string, heard: Event[]}} Given A worker that was told to start;
 *   `heard` is what it said so far.
 * @typedef {{
 *   policy: import("./trusted.js").Policy, take(address: string): Given | null,
 * }} Begun `take` gives the worker of that file, once.
 */

/** @returns {Partial<Begun>} empty where no gate began anything */
export function begun() {
  const detail = {};
  dispatchEvent(new CustomEvent("tempest-begun", { detail }));
  return detail;
}
