/**
 * The choices of a Dropdown and a RadioGroup. They are changed in place, because a select that
 * loses its options closes under the user's hand.
 *
 * @typedef {import("./mounted.js").Mounted} Mounted
 * @typedef {import("./types.js").Option} Option
 */

import { radios, writeControl } from "./controls.js";

/**
 * @param {unknown} value the prop: strings, or objects with value, label, disabled
 * @returns {Option[]}
 */
function readOptions(value) {
  if (!Array.isArray(value)) return [];
  return value.map((item) => {
    if (typeof item !== "object" || item === null) {
      return { value: String(item), label: String(item) };
    }
    const text = String(item.value ?? "");
    return { value: text, label: String(item.label ?? text), disabled: item.disabled === true };
  });
}

/**
 * Make *parent* hold *count* children, changing as few as possible.
 * @param {Element} parent
 * @param {number} count
 * @param {() => Element} make
 */
function resize(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild?.remove();
  while (parent.children.length < count) parent.append(make());
}

/**
 * A select's options, after one that stands for "nothing chosen yet": without it the browser
 * would show the first option as chosen while the app holds none.
 * @param {Mounted} node
 */
export function writeOptions(node) {
  const select = /** @type {HTMLSelectElement} */ (node.control);
  const options = readOptions(node.props.options);
  const chosen = select.value;
  resize(select, options.length + 1, () => select.ownerDocument.createElement("option"));
  const [none, ...rest] = select.options;
  none.value = "";
  none.hidden = none.disabled = true;
  writeText(none, String(node.props.placeholder ?? ""));
  rest.forEach((el, index) => {
    const { value, label, disabled } = options[index];
    if (el.value !== value || !el.hasAttribute("value")) el.value = value;
    writeText(el, label);
    el.disabled = disabled === true;
  });
  if (select.value === chosen) return;
  if (chosen !== "" && options.some((option) => option.value === chosen)) select.value = chosen;
  else writeControl(node);
}

/**
 * @param {Mounted} node
 * @param {string} name what groups the radios: unique on the page
 */
export function writeRadios(node, name) {
  const place = node.parts.options;
  const options = readOptions(node.props.options);
  const chosen = radios(node).find((radio) => radio.checked)?.value ?? node.props.value;
  resize(place, options.length, () => makeRadio(place.ownerDocument, name));
  radios(node).forEach((radio, index) => {
    const { value, label } = options[index];
    radio.value = value;
    radio.checked = value === chosen;
    writeText(/** @type {Element} */ (radio.nextElementSibling), label);
  });
  disableRadios(node);
}

/**
 * Radios are off one by one, or all with their group.
 * @param {Mounted} node
 */
export function disableRadios(node) {
  const options = readOptions(node.props.options);
  radios(node).forEach((radio, index) => {
    radio.disabled = node.props.disabled === true || options[index]?.disabled === true;
  });
}

/**
 * @param {Document} document
 * @param {string} name
 * @returns {Element}
 */
function makeRadio(document, name) {
  const label = document.createElement("label");
  label.className = "tw-radio";
  const input = document.createElement("input");
  input.type = "radio";
  input.name = name;
  label.append(input, document.createElement("span"));
  return label;
}

/**
 * @param {Element} el
 * @param {string} text
 */
function writeText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}
