/**
 * Where apps keep their state: a database of the browser, one text for each app.
 *
 * A page that is closed takes the writes with it that are under way. What is not certain by then
 * is left in the local storage, which is written at once, and found from there by the next page.
 */

const NAME = "tempestweb";
const STATES = "states";
const LEFT = "tempestweb left ";
/** A database that another page blocks may never open; after this long (ms) it counts as closed. */
const PATIENCE = 3000;

export class Store {
  /** @type {Promise<IDBDatabase> | undefined} */
  static #opened;

  /** @param {string} key @returns {Promise<string | undefined>} */
  static async read(key) {
    const left = local((storage) => storage.getItem(LEFT + key));
    return left ?? (await this.#use("readonly", (states) => states.get(key)));
  }

  /**
   * The page may be closed before *text* is written.
   * @param {string} key
   * @param {string} text
   */
  static leave(key, text) {
    local((storage) => storage.setItem(LEFT + key, text));
  }

  /** What was left is written, or older than what is. @param {string} key */
  static forget(key) {
    local((storage) => storage.removeItem(LEFT + key));
  }

  /**
   * @param {string} key
   * @param {string} text
   * @returns {Promise<void>}
   */
  static async write(key, text) {
    await this.#use("readwrite", (states) => states.put(text, key));
  }

  /**
   * Keep what is stored under another key, where no app looks for it.
   * @param {string} key
   */
  static async setAside(key) {
    const text = await this.read(key);
    if (text !== undefined) await this.write(`${key} (set aside)`, text);
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {(states: IDBObjectStore) => IDBRequest} ask
   * @returns {Promise<any>} the answer, once it is certain
   */
  static async #use(mode, ask) {
    this.#opened ??= open();
    try {
      const database = await this.#opened;
      return await settled(database.transaction(STATES, mode), ask);
    } catch (error) {
      // Closed by the browser, or never open: the next one opens it anew.
      this.#opened = undefined;
      throw error;
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
 * @param {(states: IDBObjectStore) => IDBRequest} ask
 * @returns {Promise<any>}
 */
function settled(transaction, ask) {
  return new Promise((resolve, reject) => {
    const request = ask(transaction.objectStore(STATES));
    transaction.addEventListener("complete", () => resolve(request.result));
    for (const type of ["abort", "error"]) {
      transaction.addEventListener(type, () => reject(transaction.error ?? request.error));
    }
    // A page that is being left waits for nothing.
    transaction.commit?.();
  });
}
