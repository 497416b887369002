/**
 * What is shown when something fails: in development the error with its traceback, in production a
 * small notice, and a screen when the app can't go on.
 *
 * @typedef {{code: string, message: string, detail?: string}} Failure
 */

const NOTICE = "Something went wrong. Your last action may not have worked.";

/** The messages of one app, above everything else in it. */
export class Overlay {
  /** @type {HTMLElement | null} */
  #layer = null;
  /** @type {HTMLElement | null} */
  #notice = null;
  /** @type {HTMLElement | null} */
  #screen = null;
  #count = 0;
  #root;
  #dev;

  /**
   * @param {Element} root the app's element
   * @param {boolean} dev show details?
   */
  constructor(root, dev) {
    this.#root = root;
    this.#dev = dev;
  }

  /**
   * A handler or a view failed; the app goes on.
   * @param {Failure} failure
   */
  error(failure) {
    console.error(`tempestweb: ${failure.code}: ${failure.message}\n${failure.detail ?? ""}`);
    if (this.#dev) this.#show(failure);
    else this.notify(NOTICE);
  }

  /**
   * The app can't go on.
   * @param {Failure} failure
   */
  fail({ code, message, detail }) {
    console.error(`tempestweb: ${code}: ${message}\n${detail ?? ""}`);
    const shown = this.#dev ? { message, detail } : { message: "Reloading the page may help." };
    this.recovered();
    for (const child of this.#root.children) {
      if (child !== this.#layer) child.toggleAttribute("inert", true);
    }
    this.#screen = failureScreen(this.#place(), { title: "This app has stopped", code, ...shown });
  }

  /** The app goes on after all. */
  recovered() {
    this.#screen?.remove();
    this.#screen = null;
  }

  /** Take all messages away. */
  remove() {
    this.#layer?.remove();
    this.#layer = this.#notice = this.#screen = null;
  }

  #place() {
    if (!this.#layer) {
      this.#layer = make(this.#root, "div", "tw-layer");
      this.#root.append(this.#layer);
    }
    return this.#layer;
  }

  /** @param {Failure} failure */
  #show({ code, message, detail }) {
    const layer = this.#place();
    layer.querySelector("dialog")?.remove();
    const dialog = /** @type {HTMLDialogElement} */ (make(layer, "dialog", "tw-overlay"));
    dialog.setAttribute("aria-label", "Error in the app");
    const count = ++this.#count > 1 ? ` · error ${this.#count}` : "";
    dialog.append(
      make(layer, "p", "tw-overlay-code", code + count),
      make(layer, "h2", "tw-overlay-title", message),
    );
    if (detail) dialog.append(trace(layer, detail));
    // Closing gives the focus back to where it was; where there is no modal dialog, removing does.
    const button = closeButton(layer, () => (dialog.close ? dialog.close() : dialog.remove()));
    dialog.append(make(layer, "p", "tw-overlay-hint", "The app lives on as it was before."), button);
    dialog.addEventListener("close", () => dialog.remove());
    layer.append(dialog);
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
    button.focus();
  }

  /**
   * Tell the user something, once.
   * @param {string} text
   */
  notify(text) {
    this.#notice?.remove();
    const layer = this.#place();
    const notice = make(layer, "div", "tw-notice");
    notice.setAttribute("role", "alert");
    const button = closeButton(layer, () => notice.remove());
    notice.append(make(layer, "span", "", text), button);
    layer.append(notice);
    this.#notice = notice;
  }
}

/**
 * Show that nothing more can be done here but to try again; also what a failed start shows.
 * @param {Element} parent where it is appended
 * @param {{
 *   title: string, message: string, code?: string, detail?: string, label?: string,
 *   retry?: () => void,
 * }} text `retry` reloads the page unless given
 * @returns {HTMLElement}
 */
export function failureScreen(parent, text) {
  const { title, message, code, detail, label = "Reload", retry } = text;
  const screen = make(parent, "section", "tw-failure");
  screen.setAttribute("role", "alert");
  const button = make(parent, "button", "tw-Button", label);
  button.setAttribute("type", "button");
  button.addEventListener("click", retry ?? (() => parent.ownerDocument.location.reload()));
  screen.append(make(parent, "h2", "tw-failure-title", title), make(parent, "p", "", message));
  if (code) screen.append(make(parent, "p", "tw-overlay-code", code));
  if (detail) screen.append(trace(parent, detail));
  screen.append(button);
  parent.append(screen);
  return screen;
}

/** @param {Element} near @param {string} detail */
function trace(near, detail) {
  const el = make(near, "pre", "tw-trace", detail);
  el.tabIndex = 0;
  el.setAttribute("role", "region");
  el.setAttribute("aria-label", "Traceback");
  return el;
}

/** @param {Element} near @param {() => void} close */
function closeButton(near, close) {
  const button = make(near, "button", "tw-Button", "Dismiss");
  button.setAttribute("type", "button");
  button.dataset.variant = "outline";
  button.addEventListener("click", close);
  return button;
}

/**
 * @param {Element} near gives the document
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 * @returns {HTMLElement}
 */
function make(near, tag, className, text = "") {
  const el = near.ownerDocument.createElement(tag);
  if (className) el.className = className;
  if (text) el.textContent = text;
  return el;
}
