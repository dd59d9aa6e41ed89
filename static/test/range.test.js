import { inRange, rangeOf } from "../sync/range.js";
import { equal, test } from "./harness.js";

test("range: what a player may ask for of ten bytes", () => {
  /** @type {[string|null, unknown][]} */
  const table = [
    [null, "all"], ["", "all"], ["bytes=0-", [0, 9]], ["bytes=0-0", [0, 0]], ["bytes=3-5", [3, 5]], ["bytes=3-", [3, 9]], ["bytes=3-99", [3, 9]],
    ["bytes=9-9", [9, 9]], ["bytes=-4", [6, 9]], ["bytes=-99", [0, 9]],
    ["bytes=10-", "none"], ["bytes=10-12", "none"], ["bytes=-0", "none"],
    ["bytes=5-3", "all"], ["bytes=-", "all"], ["bytes=0-1,4-5", "all"], ["items=0-1", "all"], ["bytes=a-b", "all"], ["bytes= 0-1", "all"],
  ];
  for (const [header, want] of table) equal(rangeOf(header, 10), want, String(header));
  equal(rangeOf("bytes=0-", 0), "none", "an empty file has no range");
});

test("range: the answer says which bytes it is, and brings no other", async () => {
  const file = new Blob([Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])]);
  const answer = async (/** @type {string|null} */ header) => {
    const reply = inRange(file, "audio/mpeg", header);
    return [reply.status, reply.headers.get("Content-Range"), reply.headers.get("Content-Length"), [...new Uint8Array(await reply.arrayBuffer())].join("")];
  };
  equal(await answer(null), [200, null, "10", "0123456789"]);
  equal(await answer("bytes=2-4"), [206, "bytes 2-4/10", "3", "234"]);
  equal(await answer("bytes=-2"), [206, "bytes 8-9/10", "2", "89"]);
  equal(await answer("bytes=10-"), [416, "bytes */10", null, ""]);
  const reply = inRange(file, "audio/mpeg", "bytes=0-1");
  equal([reply.headers.get("Accept-Ranges"), reply.headers.get("Content-Type")], ["bytes", "audio/mpeg"]);
});
