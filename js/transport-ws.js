/**
 * The carrier of a page whose app runs on a server: one WebSocket, a frame in each text message.
 */

const PROTOCOL = "tempest.v1";

/**
 * Open a socket. What the server has to know first goes as a second subprotocol: a page can set no
 * header there, and an address ends up in logs.
 * @type {import("./carriers.js").Open}
 */
export function openSocket(root, opening, hears) {
  const address = new URL("ws", root);
  address.protocol = root.protocol.replace("http", "ws");
  const listening = new AbortController();
  const { signal } = listening;
  /** @type {WebSocket} */
  let socket;
  try {
    socket = new WebSocket(address, [PROTOCOL, base64url(JSON.stringify(opening))]);
  } catch (error) {
    // A policy that does not let it connect.
    console.error("tempestweb: no WebSocket:", error);
    queueMicrotask(() => hears.closed(1006));
    return { send() {}, close() {} };
  }
  socket.addEventListener("message", ({ data }) => hears.text(data), { signal });
  socket.addEventListener("close", ({ code }) => hears.closed(code), { signal });
  return {
    send: (text) => socket.send(text),
    close() {
      listening.abort();
      socket.close();
    },
  };
}

/** @param {string} text @returns {string} as RFC 4648 has it, without padding */
function base64url(text) {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
