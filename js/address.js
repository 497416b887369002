/** Where a page stands, as the opening of its line says it. */

/** Bytes of JSON that are surely taken; the server's bound is transports/opening.py. */
const LONGEST = 2048;

/**
 * Path and query of *location*; the path alone, or nothing, of one that is too long to be said: a
 * line that is refused for that would be refused again after each reload.
 * @param {{pathname: string, search: string}} location
 * @returns {string | undefined}
 */
export function pageOf({ pathname, search }) {
  // The address of a page is ASCII, but JSON doubles what may stand in a query: a backslash.
  return [pathname + search, pathname].find((page) => JSON.stringify(page).length <= LONGEST);
}
