/**
 * The client's own style sheets where no `<link>` can bring them: in shadow roots, and in pages
 * that were not built. Constructed sheets, so that a strict policy has nothing against them.
 */

/** One sheet for each text, shared by all roots. */
class Sheets {
  /** @type {Map<string, CSSStyleSheet>} */
  static #made = new Map();

  /** @param {string} text @returns {CSSStyleSheet} */
  static of(text) {
    let sheet = this.#made.get(text);
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      this.#made.set(text, sheet);
    }
    return sheet;
  }
}

/**
 * Make *texts* the style sheets of *root*, after those it has; what it has already stays once.
 * @param {Document | ShadowRoot} root
 * @param {readonly string[]} texts
 */
export function adoptStyles(root, texts) {
  const sheets = texts.map((text) => Sheets.of(text));
  const others = root.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  root.adoptedStyleSheets = [...sheets, ...others];
}
