import js from "@eslint/js";

/** Markup from a string is how data becomes script; a policy in the page would refuse it as well. */
const MARKUP = [
  "innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "createContextualFragment",
].map((name) => ({
  selector: `MemberExpression[property.name='${name}']`,
  message: `${name} turns text into markup: build elements instead`,
}));

/** @param {string[]} names of methods that change the tree of the document */
const writes = (names) =>
  names.map((name) => ({
    selector: `CallExpression > MemberExpression.callee[property.name='${name}']`,
    message: `${name} writes the DOM tree: only js/dom.js does`,
  }));

/** What puts new elements together, before or inside an element of one's own. */
const BUILDING = writes(["append", "appendChild", "prepend", "replaceChildren"]);

/** What rearranges a tree that stands. */
const MOVING = writes([
  "after", "before", "insertAdjacentElement", "insertBefore", "moveBefore",
  "removeChild", "replaceChild", "replaceWith",
]);

/** The insides of a widget, made before dom.js puts them in place, and the client's own screens. */
const BUILDERS = [
  "js/template.js", "js/options.js", "js/props.js", "js/overlay.js", "js/embed.js",
  "js/notice.js", "js/hydrate.js", "js/gate.js", "js/held.js",
];

/** Inline styles are refused by a strict policy; classes in a constructed sheet are not. */
const INLINE = [
  {
    selector: "AssignmentExpression > MemberExpression.left > MemberExpression.object[property.name='style']",
    message: "an inline style: use a class in a constructed sheet",
  },
  {
    selector: "AssignmentExpression > MemberExpression.left[property.name='cssText']",
    message: "an inline style: use a class in a constructed sheet",
  },
];

export default [
  { ignores: ["bench/.venv-peer/**", "build/", "dist/", ".venv/", "tempestweb_wasm/_client/", "bench/peers/", "demo/**/build/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: 2025, sourceType: "module" },
    rules: {
      "array-callback-return": "error",
      curly: ["error", "multi-line"],
      "default-case-last": "error",
      eqeqeq: "error",
      "max-depth": ["error", 4],
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
      "no-alert": "error",
      "no-console": ["error", { allow: ["debug", "error", "warn"] }],
      "no-constructor-return": "error",
      "no-else-return": "error",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "no-eval": "error",
      "no-implicit-coercion": "error",
      "no-implied-eval": "error",
      "no-lonely-if": "error",
      "no-new-func": "error",
      "no-param-reassign": "error",
      "no-restricted-syntax": ["error", ...MARKUP],
      "no-script-url": "error",
      "no-self-compare": "error",
      "no-shadow": "error",
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      // tsc knows the names of each place (page, worker, Node) better than a list here.
      "no-undef": "off",
      "no-unneeded-ternary": "error",
      "no-unused-expressions": "error",
      "no-unused-vars": ["error", { caughtErrors: "all" }],
      "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
      "no-useless-concat": "error",
      "no-useless-return": "error",
      "no-var": "error",
      "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx"], location: "anywhere" }],
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-object-has-own": "error",
      "prefer-promise-reject-errors": "error",
      "prefer-rest-params": "error",
      "prefer-template": "error",
      radix: "error",
      "require-await": "error",
      yoda: "error",
    },
  },
  {
    files: ["js/**"],
    rules: { "no-restricted-syntax": ["error", ...MARKUP, ...INLINE, ...BUILDING, ...MOVING] },
  },
  {
    files: BUILDERS,
    rules: { "no-restricted-syntax": ["error", ...MARKUP, ...INLINE, ...MOVING] },
  },
  { files: ["js/dom.js", "js/place.js"], rules: { "no-restricted-syntax": ["error", ...MARKUP, ...INLINE] } },
  // The build puts the parts of the service worker into one file; sw.js calls it.
  {
    files: ["pwa/sw-range.js"],
    rules: { "no-unused-vars": ["error", { varsIgnorePattern: "^rangeOf$" }] },
  },
  {
    files: ["pwa/sw-starts.js"],
    rules: { "no-unused-vars": ["error", { varsIgnorePattern: "^(chosenToOpen|hear)$" }] },
  },
  {
    files: ["tests/**", "scripts/**", "eslint.config.js"],
    rules: {
      "max-lines-per-function": "off",
      "no-console": "off",
      // Tests read markup, and put a page together.
      "no-restricted-syntax": "off",
    },
  },
];
