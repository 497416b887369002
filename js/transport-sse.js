/**
 * The carrier where no WebSocket gets through: frames come as server-sent events in the answer to
 * a POST, events go by one POST after the other, so that their order is kept.
 *
 * `fetch` and not EventSource, which can send no body, follows no error and comes back by itself.
 */

/** What a status means in close codes of a WebSocket. @type {Record<number, number>} */
const CODES = { 401: 1008, 403: 1008, 413: 1009, 429: 1013, 503: 1013 };
const LOST = 1006;
/** A POST holds no more than this, in characters; a longer frame goes alone. */
const BATCH = 16_384;

/** @type {import("./carriers.js").Open} */
export function openStream(root, opening, hears) {
  return new Stream(new URL("sse", root), opening, hears);
}

class Stream {
  #stopping = new AbortController();
  /** Where frames of the client go, once the server has said which session it is. */
  #back = "";
  /** @type {string[]} */
  #queue = [];
  #isPosting = false;
  #address;
  #hears;

  /**
   * @param {URL} address
   * @param {object} opening
   * @param {import("./carriers.js").Hears} hears
   */
  constructor(address, opening, hears) {
    this.#address = address;
    this.#hears = hears;
    void this.#run(opening);
  }

  /** @param {string} text */
  send(text) {
    this.#queue.push(text);
    void this.#post();
  }

  close() {
    this.#stopping.abort();
  }

  /**
   * @param {number} code
   * @param {unknown} [error] of the network
   */
  #end(code, error) {
    if (this.#stopping.signal.aborted) return;
    if (error) console.debug("tempestweb:", error);
    this.#stopping.abort();
    this.#hears.closed(code);
  }

  /** @param {object} opening */
  async #run(opening) {
    try {
      const response = await this.#fetch(this.#address, opening);
      const type = response.headers.get("content-type") ?? "";
      if (!response.ok) return this.#end(CODES[response.status] ?? LOST);
      // Somebody else has answered: a portal that wants a password.
      if (!response.body || !type.startsWith("text/event-stream")) return this.#end(LOST);
      await this.#read(response.body);
      return this.#end(LOST);
    } catch (error) {
      return this.#end(LOST, error);
    }
  }

  /** @param {ReadableStream<Uint8Array>} body */
  async #read(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#stopping.signal.aborted) return;
      this.#hears.alive();
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block);
    }
  }

  /** @param {string} block the lines of one event */
  #take(block) {
    /** @type {Record<string, string>} */
    const fields = {};
    for (const line of block.split("\n")) {
      const [, name, value] = /^(\w*):? ?(.*)$/.exec(line) ?? ["", "", ""];
      fields[name] = value;
    }
    if (this.#stopping.signal.aborted || fields.data === undefined) return;
    if (fields.event === "close") return void this.#end(Number(fields.data));
    // The first is the server's hello.
    if (!this.#back) this.#back = `${this.#address.href}/${JSON.parse(fields.data).session}`;
    this.#hears.text(fields.data);
  }

  async #post() {
    if (this.#isPosting) return;
    this.#isPosting = true;
    while (this.#queue.length > 0 && !this.#stopping.signal.aborted) await this.#postNext();
    this.#isPosting = false;
  }

  async #postNext() {
    let size = 0;
    const next = this.#queue.findIndex((text) => (size += text.length) > BATCH);
    const texts = this.#queue.splice(0, next < 0 ? this.#queue.length : Math.max(1, next));
    try {
      const { ok, status } = await this.#fetch(this.#back, texts.map((text) => JSON.parse(text)));
      // Whether it has arrived or not: it is sent again on a new stream.
      if (!ok) this.#end(CODES[status] ?? LOST);
    } catch (error) {
      this.#end(LOST, error);
    }
  }

  /**
   * @param {URL | string} address
   * @param {object} content
   */
  #fetch(address, content) {
    return fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(content),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: this.#stopping.signal,
    });
  }
}
