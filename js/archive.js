/**
 * Archives as the build makes them: zips that store their files as they are. To read one is to
 * look where each file lies in it; nothing is copied.
 */

import { StartError } from "./starterror.js";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** Bytes of the fixed part of the end record, of an entry in the directory, before a file. */
const [END_SIZE, ENTRY_SIZE, LOCAL_SIZE] = [22, 46, 30];

/**
 * The files in *bytes*, as views on them.
 * @param {Uint8Array} bytes
 * @param {string} name of the archive, for the message when it is none
 * @returns {[path: string, data: Uint8Array][]}
 */
export function filesOf(bytes, name) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength - END_SIZE;
  // The build writes no comment, so that the end is where it is.
  if (end < 0 || view.getUint32(end, true) !== END) throw damaged(name);
  /** @type {[string, Uint8Array][]} */
  const found = [];
  const text = new TextDecoder();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    const isStored = view.getUint32(at, true) === ENTRY && view.getUint16(at + 10, true) === 0;
    if (!isStored) throw damaged(name);
    const [size, length] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const more = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const local = view.getUint32(at + 42, true);
    const data =
      local + LOCAL_SIZE + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const path = text.decode(bytes.subarray(at + ENTRY_SIZE, at + ENTRY_SIZE + length));
    found.push([path, bytes.subarray(data, data + size)]);
    at += ENTRY_SIZE + length + more;
  }
  return found;
}

/** @param {string} name */
function damaged(name) {
  return new StartError("download", `${name} is no archive of this build: build the app again.`);
}
