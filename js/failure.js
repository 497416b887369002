/**
 * Why an app could not start, and how that is said.
 *
 * @typedef {"download" | "runtime" | "packages" | "app"} Stage
 */

import { failureScreen } from "./client.js";

/** @type {Record<Stage, string>} */
const TITLES = {
  download: "The app could not be downloaded",
  runtime: "Python could not start here",
  packages: "A package of the app could not be loaded",
  app: "The app could not start",
};

/** A start that failed: at which stage, and why. */
export class StartError extends Error {
  /**
   * @param {Stage} stage
   * @param {string} message what happened, and what to do
   * @param {{code?: string, detail?: string, cause?: unknown}} [more] `detail` is for developers
   */
  constructor(stage, message, { code = `${stage}_failed`, detail, cause } = {}) {
    super(message, { cause });
    this.name = "StartError";
    this.stage = stage;
    this.code = code;
    this.detail = detail;
  }

  /**
   * @param {unknown} error
   * @param {Stage} stage where it came up, if it does not say so itself
   * @returns {StartError}
   */
  static from(error, stage) {
    if (error instanceof StartError) return error;
    // Emscripten throws objects that are no errors and have a message all the same.
    const text = String(/** @type {any} */ (error)?.message ?? error);
    // A Python error's message is its whole traceback; the last line says what it was.
    const lines = text.trimEnd().split("\n");
    const message = lines[lines.length - 1] || "unknown reason";
    const detail = lines.length > 1 ? text : undefined;
    return new StartError(stage, message, { cause: error, detail });
  }
}

/**
 * Show the screen for *error* in *parent*, and tell the console all of it.
 * @param {Element} parent
 * @param {StartError} error
 * @param {{dev?: boolean, retry?: () => void}} [options] `retry` reloads the page unless given
 * @returns {HTMLElement}
 */
export function showFailure(parent, error, { dev = false, retry } = {}) {
  console.error(`tempestweb: ${error.code}: ${error.message}\n${error.detail ?? ""}`, error.cause);
  return failureScreen(parent, {
    title: TITLES[error.stage],
    message: error.message,
    detail: dev ? error.detail : undefined,
    label: "Try again",
    retry,
  });
}
