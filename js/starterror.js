/**
 * Why an app could not start. Nothing here shows it: it is thrown where Python runs, too, which
 * has no document.
 *
 * @typedef {"download" | "runtime" | "packages" | "app"} Stage
 * @typedef {{stage: Stage, message: string, code: string, detail?: string}} Told An error as it
 *   crosses from a worker.
 */

/** How browsers and Python say that there is no more memory. */
const MEMORY = /out of memory|could not allocate|failed to allocate|MemoryError|memory limit/i;
const FULL = "there is not enough memory: close other tabs and programs, and try again.";

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
    // By its name: the file of Python that a page imports has a class of its own.
    const named = /** @type {StartError} */ (error);
    if (named?.name === "StartError") return named;
    // Emscripten throws objects that are no errors and have a message all the same.
    const text = String(/** @type {any} */ (error)?.message ?? error);
    // A Python error's message is its whole traceback; the last line says what it was.
    const lines = text.trimEnd().split("\n");
    const message = lines[lines.length - 1] || "unknown reason";
    const detail = lines.length > 1 ? text : undefined;
    const told = { stage, message, code: `${stage}_failed`, detail };
    return StartError.again(told, error);
  }

  /** What `postMessage` can carry. @returns {Told} */
  told() {
    const { stage, message, code, detail } = this;
    return { stage, message, code, detail };
  }

  /**
   * @param {Told} told
   * @param {unknown} [cause]
   * @returns {StartError}
   */
  static again({ stage, message, code, detail }, cause) {
    if (!MEMORY.test(message)) return new StartError(stage, message, { code, detail, cause });
    return new StartError(stage, FULL, { code: "out_of_memory", detail: detail ?? message, cause });
  }
}
