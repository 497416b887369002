/**
 * Picked files of an app on a server: bytes never ride in frames, so what a handler reads is asked
 * for piece by piece, and posted.
 *
 * @typedef {{call: number, ref: number, start: number, end: number}} Wanted bytes `start` up to,
 *   not including, `end` of the file that an event called `ref`
 */

/** Milliseconds until a post that failed is tried again; then it is left to the next line. */
const PAUSES = [1000, 2000, 4000, 8000];

export class Uploads {
  /** @type {Set<number>} */
  #running = new Set();
  #root;
  #file;

  /**
   * @param {URL} root the app's, with a slash at its end
   * @param {(ref: number) => File | undefined} file
   */
  constructor(root, file) {
    this.#root = root;
    this.#file = file;
  }

  /**
   * Post what is wanted, or why it can't be read.
   * @param {string} session
   * @param {Wanted} wanted
   */
  async send(session, wanted) {
    const { call } = wanted;
    // A new line asks again for what the old one has asked for.
    if (this.#running.has(call)) return;
    this.#running.add(call);
    const address = new URL(`_tempest/upload/${session}/${call}`, this.#root);
    const body = await this.#read(wanted);
    for (const pause of PAUSES) {
      if (await posted(address, body)) break;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    this.#running.delete(call);
  }

  /** @param {Wanted} wanted @returns {Promise<ArrayBuffer | string>} */
  async #read({ ref, start, end }) {
    try {
      const file = this.#file(ref);
      if (!file) throw new Error("the file is no longer there");
      return await file.slice(start, end).arrayBuffer();
    } catch (error) {
      // It may have been moved or changed since; Python raises it in the handler.
      return JSON.stringify({ error: String(error) });
    }
  }
}

/**
 * @param {URL} address
 * @param {ArrayBuffer | string} body
 * @returns {Promise<boolean>} false if it is worth another try
 */
async function posted(address, body) {
  const type = typeof body === "string" ? "json" : "octet-stream";
  try {
    const { status } = await fetch(address, {
      method: "POST",
      headers: { "content-type": `application/${type}` },
      body,
      redirect: "error",
    });
    return status !== 429 && status < 500;
  } catch {
    return false;
  }
}
