/**
 * Notices that a line is dead although nobody ended it: a network that is gone says nothing.
 */

/** Everything is looked at once in so many milliseconds, and counted in such steps. */
const STEP = 5000;
/** After so many steps of silence the other side is asked whether it is there. */
const QUIET = 5;
/** It has so many steps to say anything, and not all of the first. */
const PATIENCE = 3;
/** On a slow line a long answer takes longer, and nothing of it shows until it is whole: the time
 *  is doubled after each line that was given up, up to so many steps. */
const MOST = 24;
/** The same (ms) where there is reason to doubt: the page was hidden, the network changed. */
const DOUBT = 3000;

export class Vigil {
  #silent = 0;
  /** Steps since something was asked that is to be answered; -1 for nothing. */
  #asked = -1;
  #patience = PATIENCE;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #steps;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #doubt;
  #ping;
  #dead;

  /**
   * @param {() => void} ping
   * @param {() => void} dead
   */
  constructor(ping, dead) {
    this.#ping = ping;
    this.#dead = dead;
  }

  start() {
    this.stop();
    this.#steps = setInterval(() => this.#step(), STEP);
  }

  /** Harmless twice. */
  stop() {
    clearInterval(this.#steps);
    this.heard();
  }

  /** What was asked for came: this line is no slower than thought. */
  answered() {
    this.#patience = PATIENCE;
    this.heard();
  }

  /** Something came. */
  heard() {
    this.#silent = 0;
    this.#asked = -1;
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
  }

  /** Something was sent that is answered at once. */
  expect() {
    if (this.#asked < 0) this.#asked = 0;
  }

  /** Is the line what it was? */
  probe() {
    if (this.#doubt !== undefined) return;
    this.#doubt = setTimeout(this.#dead, DOUBT);
    this.#ping();
  }

  #step() {
    if (this.#asked >= 0 && ++this.#asked >= this.#patience) {
      this.#patience = Math.min(MOST, this.#patience * 2);
      return this.#dead();
    }
    if (++this.#silent < QUIET || this.#asked >= 0) return undefined;
    this.expect();
    return this.#ping();
  }
}
