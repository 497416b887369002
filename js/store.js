/**
 * Where apps keep their state: a database of the browser, one text for each app.
 *
 * A page that is closed takes the writes with it that are under way. What is not certain by then
 * is left in the local storage, which is written at once, and found from there by the next page.
 *
 * @typedef {(states: IDBObjectStore, done: () => void) => IDBRequest} Ask One that takes `done` calls
 *   it when it has asked for everything.
 */

const NAME = "tempestweb";
const STATES = "states";
const LEFT = "tempestweb left ";
const HELD = "tempestweb tab ";
/** A database that another page blocks may never open; after this long (ms) it counts as closed. */
const PATIENCE = 3000;

export class Store {
  /** @type {Promise<IDBDatabase> | undefined} */
  static #opened;

  /** @param {string} key @returns {Promise<string | undefined>} */
  static async read(key) {
    return this.#left(key) ?? (await this.#use("readonly", (states) => states.get(key)));
  }

  /** @param {string} key */
  static #left(key) {
    return local((storage) => storage.getItem(LEFT + key));
  }

  /**
   * The page may be closed before *text* is written.
   * @param {string} key
   * @param {string} text
   * @returns {boolean} is it there?
   */
  static leave(key, text) {
    return local((storage) => storage.setItem(LEFT + key, text)) !== null;
  }

  /**
   * What was left is written, or older than what is.
   * @param {string} key
   * @param {(found: string) => boolean} isOurs another page may have left something meanwhile
   */
  static forget(key, isOurs) {
    const found = this.#left(key);
    if (found !== null && isOurs(found)) local((storage) => storage.removeItem(LEFT + key));
  }

  /**
   * Write *text*, unless something newer is stored.
   * @param {string} key
   * @param {string} text
   * @param {(found: string) => boolean} isOurs may what is stored be written over?
   * @returns {Promise<string | null>} what was found in its place; null when *text* is written
   */
  static async write(key, text, isOurs) {
    let newer = null;
    await this.#use("readwrite", (states, done) => {
      const asked = states.get(key);
      asked.addEventListener("success", () => {
        const found = this.#left(key) ?? asked.result;
        if (found === undefined || isOurs(found)) states.put(text, key);
        else newer = found;
        done();
      });
      return asked;
    });
    return newer;
  }

  /**
   * From now on the page *tab* is the one that stores.
   * @param {string} key
   * @param {string} tab
   */
  static claim(key, tab) {
    local((storage) => storage.setItem(HELD + key, tab));
  }

  /**
   * Is it still *tab* that stores? Where nobody can say, everybody does.
   * @param {string} key
   * @param {string} tab
   */
  static isHeldBy(key, tab) {
    return (local((storage) => storage.getItem(HELD + key)) ?? tab) === tab;
  }

  /**
   * Keep what is stored under another key, where no app looks for it.
   * @param {string} key
   */
  static async setAside(key) {
    const text = await this.read(key);
    if (text !== undefined) await this.write(`${key} (set aside)`, text, () => true);
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {Ask} ask
   * @returns {Promise<any>} the answer, once it is certain
   */
  static async #use(mode, ask) {
    const isFresh = !this.#opened;
    this.#opened ??= open();
    try {
      const database = await this.#opened;
      return await settled(database.transaction(STATES, mode), ask);
    } catch (error) {
      // Closed by the browser, or never open: the next one opens it anew.
      this.#opened = undefined;
      if (isFresh) throw error;
      return this.#use(mode, ask);
    }
  }
}

/**
 * @template T
 * @param {(storage: Storage) => T} use
 * @returns {T | null} null where there is no local storage, or it is full
 */
function local(use) {
  try {
    return use(localStorage);
  } catch (error) {
    console.warn("tempestweb: no local storage:", error);
    return null;
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    const late = () => reject(new Error("the database did not open"));
    setTimeout(late, PATIENCE);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STATES));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("success", () => {
      // Another version of this code may want it for itself.
      request.result.addEventListener("versionchange", () => request.result.close());
      resolve(request.result);
    });
  });
}

/**
 * @param {IDBTransaction} transaction
 * @param {Ask} ask
 * @returns {Promise<any>}
 */
function settled(transaction, ask) {
  return new Promise((resolve, reject) => {
    // A page that is being left waits for nothing.
    const done = () => transaction.commit?.();
    const request = ask(transaction.objectStore(STATES), done);
    transaction.addEventListener("complete", () => resolve(request.result));
    for (const type of ["abort", "error"]) {
      transaction.addEventListener(type, () => reject(transaction.error ?? request.error));
    }
    if (ask.length < 2) done();
  });
}
