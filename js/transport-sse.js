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

/** @param {string} text */
const asJson = (text) => new Blob([text], { type: "application/json" });

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
  /** @type {string[]} what the POST carries that is on its way */
  #going = [];
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
    const rest = [...this.#going, ...this.#queue];
    // Of all requests only a beacon outlives its page. What came through before is not done twice.
    if (rest.length > 0 && !this.#stopping.signal.aborted) {
      const beacon = (/** @type {string[]} */ texts) =>
        navigator.sendBeacon(this.#back, asJson(`[${texts}]`));
      // It takes 64 KB (Fetch, 4.7). Behind a text that is cut off nothing runs, but who leaves can say so.
      if (!beacon(rest)) beacon(rest.slice(-1));
    }
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
    let code = LOST;
    let fault;
    try {
      const { ok, status, headers, body } = await this.#fetch(this.#address, JSON.stringify(opening));
      code = CODES[status] ?? LOST;
      // Somebody else may have answered: a portal that wants a password.
      const isStream = headers.get("content-type")?.startsWith("text/event-stream");
      if (ok && isStream && body) await this.#read(body);
    } catch (error) {
      fault = error;
    }
    this.#end(code, fault);
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
      // Not by a dot: what else Unicode calls an end of a line is text here.
      const [, name, value] = /** @type {string[]} */ (/^(\w*):? ?([^]*)/.exec(line));
      fields[name] = value;
    }
    if (this.#stopping.signal.aborted || !fields.data) return;
    if (fields.event === "close") return void this.#end(Number(fields.data));
    // The first is the server's hello.
    this.#back ||= `${this.#address.href}/${JSON.parse(fields.data).session}`;
    this.#hears.text(fields.data);
  }

  async #post() {
    // One at a time.
    if (this.#going.length > 0) return;
    while (this.#queue.length > 0 && !this.#stopping.signal.aborted) {
      await this.#postNext();
      this.#going = [];
    }
  }

  async #postNext() {
    let size = 0;
    const next = this.#queue.findIndex((text) => (size += text.length) > BATCH);
    this.#going = this.#queue.splice(0, next < 0 ? BATCH : Math.max(1, next));
    try {
      const { ok, status } = await this.#fetch(this.#back, `[${this.#going}]`);
      // Whether it has arrived or not: it is sent again on a new stream.
      if (!ok) this.#end(CODES[status] ?? LOST);
    } catch (error) {
      this.#end(LOST, error);
    }
  }

  /**
   * @param {URL | string} address
   * @param {string} json
   */
  #fetch(address, json) {
    return fetch(address, {
      method: "POST",
      body: asJson(json),
      redirect: "error",
      signal: this.#stopping.signal,
    });
  }
}
