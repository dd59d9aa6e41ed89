// One range of a file, as RFC 9110 has it. Players of old phones ask for a few
// bytes first, and some play nothing that is answered otherwise.

/**
 * Which bytes a Range header asks for.
 * @param {string|null} header @param {number} size of the file
 * @returns {[from: number, to: number]|"all"|"none"} to is inside; all: no range is asked for, or one that need not be
 *   understood (another unit, several ranges); none: one that the file has not (416)
 */
export function rangeOf(header, size) {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (!from && !to) return "all";
  const first = from ? Number(from) : Math.max(0, size - Number(to));
  const last = from && to ? Math.min(Number(to), size - 1) : size - 1;
  if (from && to && Number(to) < Number(from)) return "all"; // no range at all
  return first > last ? "none" : [first, last];
}

/**
 * The answer to a request for a file that is here.
 * @param {Blob} file @param {string} type @param {string|null} header Range of the request
 */
export function inRange(file, type, header) {
  const range = rangeOf(header, file.size);
  /** @type {Record<string, string>} */
  const headers = { "Accept-Ranges": "bytes", "Content-Type": type };
  if (range === "all") return new Response(file, { headers: { ...headers, "Content-Length": String(file.size) } });
  if (range === "none") return new Response(null, { status: 416, headers: { ...headers, "Content-Range": `bytes */${file.size}` } });
  const [from, to] = range;
  return new Response(file.slice(from, to + 1), {
    status: 206, headers: { ...headers, "Content-Range": `bytes ${from}-${to}/${file.size}`, "Content-Length": String(to + 1 - from) },
  });
}
