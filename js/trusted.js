/**
 * Addresses of our own scripts, where a page's policy asks for Trusted Types: one policy, named
 * `tempestweb`, that lets through what comes from the page's own host and nothing else.
 *
 * Workers and the service worker are all that needs it; `import()` is no sink.
 */

/**
 * @typedef {{createScriptURL(address: string): string}} Policy
 * @typedef {{createPolicy(name: string, rules: Policy): Policy}} Factory
 */

class Ours {
  /** Made when it is first needed: a page allows each name once. @type {Policy | undefined} */
  static #policy;

  static set policy(policy) {
    this.#policy = policy;
  }

  /** @returns {Policy} */
  static get policy() {
    const { trustedTypes } = /** @type {{trustedTypes?: Factory}} */ (globalThis);
    this.#policy ??= trustedTypes?.createPolicy("tempestweb", RULES) ?? RULES;
    return this.#policy;
  }
}

/** @type {Policy} */
const RULES = {
  createScriptURL(address) {
    const { origin } = new URL(address);
    if (origin === location.origin) return address;
    throw new TypeError(`a script of ${origin} can't be a worker of a page of ${location.origin}`);
  },
};

/**
 * Take over what the page's gate has made, or its `run()` to load this client.
 * @param {Policy} policy
 */
export function trust(policy) {
  Ours.policy = policy;
}

/** For the page's other scripts: each name is allowed once. @returns {Policy} */
export function ourPolicy() {
  return Ours.policy;
}

/**
 * @param {string} address of the file of Python
 * @returns {Worker}
 */
export function newWorker(address) {
  return new Worker(scriptAddress(address), { type: "module", name: "tempestweb" });
}

/**
 * @param {URL | string} address absolute
 * @returns {string} the same, as `new Worker` and `register` take it under every policy
 */
export function scriptAddress(address) {
  return Ours.policy.createScriptURL(RULES.createScriptURL(String(address)));
}
