/**
 * Development: where Python's first view is not what the page showed before.
 *
 * @typedef {import("./types.js").WireNode} WireNode
 */

/** Tells of Python's first frame, where nothing was shown before; its detail is the text. */
export const FIRST_FRAME = "tempest-first-frame";
/** So many are told; a list that is longer at its head differs in every row. */
const TOLD = 10;

/**
 * Compare the first frame of the app *name* in *root* with what its page would be built with,
 * once both are known.
 * @param {Element} root
 * @param {string} name
 * @param {EventSource} events on which development tells of that
 */
export function compareViews(root, name, events) {
  /** @type {WireNode | undefined} */
  let built;
  /** @type {string | undefined} */
  let first;
  const compare = () => {
    if (built && first !== undefined) tellDifferences(built, first);
  };
  const take = (/** @type {Event} */ event) => {
    first = /** @type {CustomEvent<string>} */ (event).detail;
    compare();
  };
  root.addEventListener(FIRST_FRAME, take, { once: true });
  events.addEventListener("message", ({ data }) => {
    const { type, app, frame } = JSON.parse(data);
    if (type !== "view" || app !== name) return;
    built = JSON.parse(frame).data[0].node;
    compare();
  });
}

/**
 * Say to the console what differs, so that a view can be made not to.
 * @param {WireNode} shown
 * @param {string} text the first frame
 */
export function tellDifferences(shown, text) {
  const frame = JSON.parse(text);
  const node = frame.data?.[0]?.node;
  if (!node) return;
  const found = differences(shown, node);
  if (found.length === 0) return;
  const more = found.length > TOLD ? [`and ${found.length - TOLD} more`] : [];
  console.warn(
    "tempestweb: the first view is not what the page was built with (the time, the language, " +
      `stored state?):\n${[...found.slice(0, TOLD), ...more].join("\n")}`,
  );
}

/**
 * @param {WireNode} one
 * @param {WireNode} other
 * @param {string} [path]
 * @returns {string[]} one line each, beginning with the path of widgets
 */
export function differences(one, other, path = "root") {
  if (one.type !== other.type || one.key !== other.key) {
    return [`${path}: ${named(one)} is now ${named(other)}`];
  }
  const here = `${path} ${named(one)}`;
  const lines = [];
  if (one.style !== other.style) lines.push(`${here}: style`);
  const [before, now] = [one.props ?? {}, other.props ?? {}];
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [was, is] = [before[name], now[name]].map((value) => JSON.stringify(value));
    if (was !== is) lines.push(`${here}: ${name} was ${was} and is ${is}`);
  }
  const [had, has] = [one.children ?? [], other.children ?? []];
  if (had.length !== has.length) lines.push(`${here}: had ${had.length} children, has ${has.length}`);
  const inner = had.slice(0, has.length).map((child, at) => differences(child, has[at], `${path}/${at}`));
  return [...lines, ...inner.flat()];
}

/** @param {WireNode} node */
function named({ type, key }) {
  return key === undefined ? type : `${type} "${key}"`;
}
