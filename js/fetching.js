/**
 * Fetching one file, and saying what is wrong with what a host answers.
 */

import { StartError } from "./starterror.js";

/**
 * Fetch a small text file of ours; what is in the HTTP cache is checked with the host first.
 * @param {string} address
 * @returns {Promise<any>} what the JSON says
 */
export async function fetchJson(address) {
  const response = await get(address, { cache: "no-cache" });
  try {
    return await response.json();
  } catch (error) {
    const text = `${nameOf(address)} is not JSON: build the app again.`;
    throw new StartError("download", text, { code: "wrong_file", cause: error });
  }
}

/**
 * @param {string} address
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
export async function get(address, init) {
  let response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    const text = `${nameOf(address)} did not arrive: check the connection and try again.`;
    throw new StartError("download", text, { code: "no_answer", cause: error });
  }
  return checked(response, address);
}

/**
 * Import a module, and where that fails find out why: the browser does not say.
 * @param {string} address
 * @returns {Promise<any>}
 */
export async function importModule(address) {
  try {
    return await import(address);
  } catch (error) {
    throw await badModule(address, error);
  }
}

/**
 * Why a module could not be imported.
 * @param {string} address
 * @param {unknown} error the browser's
 * @returns {Promise<StartError>}
 */
export async function badModule(address, error) {
  const response = await get(address);
  const type = response.headers.get("content-type");
  const name = nameOf(address);
  const isScript = /javascript/.test(type ?? "");
  const code = isScript ? "bad_script" : "wrong_type";
  const text = isScript
    ? `${name} can't be run by this browser: ${error}`
    : `the host sends ${name} as ${type ?? "no type"}: it must be text/javascript.`;
  return new StartError("download", text, { code, cause: error });
}

/**
 * @param {string} name
 * @param {unknown} [cause]
 */
export function wrongFile(name, cause) {
  const text = `${name} is not the file that was built: upload the whole build.`;
  return new StartError("download", text, { code: "wrong_file", cause });
}

/**
 * @param {Response} response
 * @param {string} address
 * @returns {Response}
 */
export function checked(response, address) {
  const name = nameOf(address);
  if (!response.ok) {
    const { status, statusText } = response;
    const text = `the host has no ${name} (${status} ${statusText}): upload the whole build.`;
    const other = `the host answered ${status} ${statusText} for ${name}: try again.`;
    const code = `http_${status}`;
    throw new StartError("download", status === 404 ? text : other, { code });
  }
  const type = response.headers.get("content-type") ?? "";
  if (/^text\/html/.test(type) && !/\.html?$/i.test(name)) {
    const text = `the host answered with a web page in place of ${name}: upload the whole build.`;
    throw new StartError("download", text, { code: "wrong_type" });
  }
  if (!/\.wasm$/.test(name) || type === "application/wasm") return response;
  // Compiling while it arrives insists on the type, which many hosts don't know.
  return new Response(response.body, { headers: { "content-type": "application/wasm" } });
}

/** @param {string} address */
export function nameOf(address) {
  const pathname = address.replace(/[?#].*/, "");
  return decodeURIComponent(pathname.slice(pathname.lastIndexOf("/") + 1));
}
