/**
 * How a start that failed is said.
 *
 * @typedef {import("./starterror.js").StartError} StartError
 * @typedef {import("./starterror.js").Stage} Stage
 */

// Not from client.js: the gate says by it that client.js can't be had.
import { failureScreen } from "./overlay.js";

/** @type {Record<Stage, string>} */
const TITLES = {
  download: "The app could not be downloaded",
  runtime: "Python could not start here",
  packages: "A package of the app could not be loaded",
  app: "The app could not start",
};

/**
 * Show the screen for *error* in *parent*, and tell the console all of it.
 * @param {Element} parent
 * @param {StartError} error
 * @param {{dev?: boolean, note?: string, retry?: () => void}} [options] `note` is said after the
 *   message, `retry` reloads the page unless given
 * @returns {HTMLElement}
 */
export function showFailure(parent, error, { dev = false, note, retry } = {}) {
  console.error(`tempestweb: ${error.code}: ${error.message}\n${error.detail ?? ""}`, error.cause);
  return failureScreen(parent, {
    title: TITLES[error.stage],
    message: note ? `${error.message} ${note}` : error.message,
    code: error.code,
    detail: dev ? error.detail : undefined,
    label: "Try again",
    retry,
  });
}
