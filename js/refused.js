/**
 * Why something can't be had of the browser, in the words of the wire.
 */

/** What browsers call what they, the visitor or a policy don't allow. */
const DENIED = ["NotAllowedError", "SecurityError", "PermissionDeniedError"];
/** The same in the numbers of the Geolocation specification. */
const PERMISSION_DENIED = 1;

/**
 * @param {any} error
 * @returns {{error: "denied" | "unsupported" | "failed", message: string}}
 */
export function failureOf(error) {
  const { name, message, code } = error ?? {};
  const text = `${name ?? "Error"}: ${message || String(error)}`;
  if (name === "NotSupportedError") return { error: "unsupported", message };
  const isGeolocation = name === undefined && code === PERMISSION_DENIED;
  if (DENIED.includes(name) || isGeolocation) return { error: "denied", message: text };
  return { error: "failed", message: text };
}

/**
 * What the browser lacks, or keeps from pages that did not come over https.
 * @template T
 * @param {T | null | undefined} found
 * @param {string} what
 * @returns {T}
 */
export function needed(found, what) {
  if (found) return found;
  const why = globalThis.isSecureContext ? "this browser has none" : "the page needs https";
  throw new DOMException(`no ${what}: ${why}`, "NotSupportedError");
}
