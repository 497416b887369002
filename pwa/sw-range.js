/**
 * The part of the service worker that answers requests for a range of bytes, as players of sound
 * and film make them (RFC 9110, section 14). The build writes it after sw.js, into one file.
 */

/**
 * The part of *response* that *request* asks for; all of it where it asks for no range, or for
 * several, which a server may answer so.
 * @param {Request} request
 * @param {Response} response
 * @returns {Promise<Response>}
 */
async function rangeOf(request, response) {
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (!range || range[0] === "bytes=-" || response.status !== 200) return response;
  const body = await response.blob();
  const { size } = body;
  const [first, last] = range.slice(1).map((text) => (text === "" ? null : Number(text)));
  // Without a first byte it is so many from the end.
  const start = first ?? Math.max(0, size - (last ?? 0));
  const end = first === null || last === null ? size : Math.min(size, last + 1);
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  if (start >= end) {
    headers.set("content-range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  headers.set("content-range", `bytes ${start}-${end - 1}/${size}`);
  return new Response(body.slice(start, end), { status: 206, headers });
}
