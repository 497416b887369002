import assert from "node:assert/strict";
import { createServer } from "node:http";
import { afterEach, describe, it } from "node:test";

import { openStream } from "../../js/transport-sse.js";

// Node has none; this one is sent like any other POST.
/** @param {string} url @param {Blob} body */
const sendBeacon = (url, body) => {
  // As Fetch, 4.7 has it for what outlives its page.
  if (body.size > 65_536) return false;
  fetch(url, { method: "POST", body }).catch(() => {});
  return true;
};
Object.defineProperty(globalThis, "navigator", { value: { sendBeacon } });

/** @type {import("node:http").Server[]} */
const servers = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const HELLO = '{"kind":"hello","protocol":1,"session":"s 1","epoch":1,"ack":0}';

/**
 * A real server on a socket, and a stream of it.
 * @param {import("node:http").RequestListener} answer
 */
async function open(answer) {
  const server = createServer(answer);
  servers.push(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  /** @type {string[]} */
  const texts = [];
  /** @type {(code: number) => void} */
  let closed = () => {};
  const ended = new Promise((resolve) => (closed = resolve));
  /** @type {(() => void)[]} */
  const waiting = [];
  const stream = openStream(new URL(`http://127.0.0.1:${port}/`), { applied: 1 }, {
    text(text) {
      texts.push(text);
      waiting.splice(0).forEach((go) => go());
    },
    alive() {},
    closed,
  });
  /** @param {number} count */
  const got = async (count) => {
    while (texts.length < count) await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    return texts;
  };
  return { stream, texts, ended, got };
}

/** @param {import("node:http").IncomingMessage} request @returns {Promise<any>} */
async function bodyOf(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}

const head = { "content-type": "text/event-stream; charset=utf-8" };

describe("a stream", () => {
  it("is opened by what a socket would say, and read wherever it is cut", async () => {
    /** @type {any} */
    let opening;
    const { got, ended } = await open(async (request, response) => {
      opening = await bodyOf(request);
      response.writeHead(200, head);
      const text = `: pad\n\ndata: ${HELLO}\n\n:\n\nid: 1-2\ndata: {"a":"ü\\n\u2028"}\n\nevent: close\ndata: 1012\n\n`;
      for (const byte of Buffer.from(text)) {
        response.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      response.end();
    });
    assert.deepEqual(await got(2), [HELLO, '{"a":"ü\\n\u2028"}']);
    assert.deepEqual(opening, { applied: 1 });
    assert.equal(await ended, 1012);
  });

  it("sends by one POST after the other, in order", async () => {
    /** @type {any[]} */
    const posts = [];
    let running = 0;
    let most = 0;
    /** @type {() => void} */
    let all = () => {};
    const done = new Promise((resolve) => (all = () => resolve(undefined)));
    const { stream, got } = await open(async (request, response) => {
      const body = await bodyOf(request);
      if (request.url === "/sse") {
        response.writeHead(200, head);
        response.write(`data: ${HELLO}\n\n`);
        return;
      }
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      posts.push(...body);
      running--;
      response.writeHead(204).end();
      if (posts.length === 20) all();
    });
    await got(1);
    for (let seq = 1; seq <= 20; seq++) stream.send(JSON.stringify({ seq }));
    await done;
    assert.deepEqual(posts.map(({ seq }) => seq), Array.from({ length: 20 }, (_, at) => at + 1));
    assert.equal(most, 1);
    stream.close();
  });

  it("leaves behind what has no answer yet when its page goes", async () => {
    /** @type {(type: string | undefined) => void} */
    let all = () => {};
    const done = new Promise((resolve) => (all = resolve));
    const { stream, got } = await open(async (request, response) => {
      // The first POST, with one of them, may be cut off.
      const body = await bodyOf(request).catch(() => []);
      if (request.url === "/sse") {
        response.writeHead(200, head);
        response.write(`data: ${HELLO}\n\n`);
      } else if (body.map((/** @type {any} */ { seq }) => seq).join() === "1,2,3") {
        all(request.headers["content-type"]);
      }
    });
    await got(1);
    for (const seq of [1, 2, 3]) stream.send(JSON.stringify({ seq }));
    stream.close();
    assert.equal(await done, "application/json");
  });

  it("says that it leaves where the rest is more than a beacon takes", async () => {
    /** @type {() => void} */
    let left = () => {};
    const done = new Promise((resolve) => (left = () => resolve(undefined)));
    const { stream, got } = await open(async (request, response) => {
      const body = await bodyOf(request).catch(() => []);
      if (request.url === "/sse") {
        response.writeHead(200, head);
        response.write(`data: ${HELLO}\n\n`);
      } else if (body.length === 1 && body[0].kind === "leave") left();
    });
    await got(1);
    for (let part = 1; part <= 3; part++) stream.send(JSON.stringify({ part, text: "x".repeat(30_000) }));
    stream.send('{"kind":"leave","back":false}');
    stream.close();
    await done;
  });

  for (const [status, code] of [[401, 1008], [403, 1008], [413, 1009], [429, 1013], [503, 1013], [502, 1006]]) {
    it(`that is answered with ${status} ends as a socket with ${code}`, async () => {
      const { ended } = await open((_, response) => void response.writeHead(status).end());
      assert.equal(await ended, code);
    });
  }

  it("that somebody else answers is none", async () => {
    const { ended, texts } = await open((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<p>Sign in to this network");
    });
    assert.equal(await ended, 1006);
    assert.deepEqual(texts, []);
  });

  it("ends when a POST is refused, and when the server goes", async () => {
    const { stream, got, ended } = await open((request, response) => {
      if (request.url !== "/sse") return void response.writeHead(404).end();
      response.writeHead(200, head);
      return void response.write(`data: ${HELLO}\n\n`);
    });
    await got(1);
    stream.send("{}");
    assert.equal(await ended, 1006);
    const other = await open((_, response) => {
      response.writeHead(200, head);
      response.write(`data: ${HELLO}\n\n`, () => response.destroy());
    });
    assert.equal(await other.ended, 1006);
  });

  it("says nothing more once it is closed", async () => {
    const { stream, got, ended } = await open((_, response) => {
      response.writeHead(200, head);
      response.write(`data: ${HELLO}\n\n`);
    });
    await got(1);
    stream.close();
    const first = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50, "nothing"))]);
    assert.equal(first, "nothing");
  });
});
