/**
 * A notice of the page itself, outside of every app: it covers nothing and takes no focus.
 */

/**
 * @param {string} text
 * @param {[label: string, pressed: () => void][]} buttons the first is what is proposed
 * @param {ParentNode & Node} [parent] where the style sheets hold
 * @param {string} [figures] are shown after the text, change often, and are read to nobody
 * @returns {HTMLElement} on the page until it is removed
 */
export function notice(text, buttons, parent = document.body, figures = "") {
  const bar = element("div", "tw-notice");
  bar.setAttribute("role", "status");
  const said = element("span", "", text);
  bar.append(said);
  if (figures) {
    const shown = element("span", "", figures);
    shown.ariaHidden = "true";
    said.append(shown);
  }
  for (const [label, pressed] of buttons) {
    const el = button(label, pressed);
    if (label !== buttons[0][0]) el.dataset.variant = "outline";
    bar.append(el);
  }
  // They stand one above the other, the last one lowest.
  let stack = parent.querySelector(".tw-notices");
  if (!stack) {
    stack = element("div", "tw-layer tw-notices");
    parent.appendChild(element("div", "tw-root")).append(stack);
  }
  stack.append(bar);
  return bar;
}

/**
 * @param {string} label
 * @param {() => void} pressed
 */
function button(label, pressed) {
  const el = element("button", "tw-Button", label);
  el.setAttribute("type", "button");
  el.addEventListener("click", pressed);
  return el;
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 * @returns {HTMLElement}
 */
function element(tag, className, text) {
  const el = document.createElement(tag);
  if (className) el.className = className;
  if (text) el.textContent = text;
  return el;
}
