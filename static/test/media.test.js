import { sha256Hex, textHash } from "../crypto/hash.js";
import * as content from "../store/content.js";
import { makeMedia } from "../store/media.js";
import * as settings from "../store/settings.js";
import { carry, follow, leave, voices } from "../sync/media.js";
import { Problem } from "../text/problem.js";
import { equal, ok, rejects, test } from "./harness.js";

const utf8 = new TextEncoder();

/** A server with the recordings of a language, and this phone with its piece in use. */
async function phone() {
  await caches.delete("media");
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const server = new Map();
  /** @type {string[]} */
  const asked = [];
  const platform = {
    content, settings, sha256: sha256Hex, space: async () => ({ usage: 0, quota: 2 ** 30 }),
    /** @param {string} path @returns {Promise<Uint8Array<ArrayBuffer>>} */
    async bytes(path) {
      asked.push(path);
      const found = server.get(path);
      if (!found) throw new Problem("not-found", { status: 404 });
      return found;
    },
  };
  /** Publishes recordings by message id, and uses the piece of the language that says so. @param {Record<string, string>} says */
  async function publish(says) {
    /** @type {Record<string, any>} */
    const files = {};
    for (const [id, text] of Object.entries(says)) {
      const voice = /** @type {Uint8Array<ArrayBuffer>} */ (utf8.encode(`voice of ${text}`));
      const sha256 = await sha256Hex(voice);
      files[id] = { sha256, text_hash: await textHash(text), type: "audio/mpeg", bytes: voice.length };
      server.set(`/media/${sha256}`, voice);
    }
    const list = /** @type {Uint8Array<ArrayBuffer>} */ (utf8.encode(JSON.stringify({ code: "xal", files })));
    const sum = { sha256: await sha256Hex(list), files: Object.keys(files).length, bytes: 1000 };
    server.set(`/blobs/${sum.sha256}`, list);
    const piece = utf8.encode(JSON.stringify({ code: "xal", name: "x", messages: {}, shared: {}, media: sum }));
    /** @type {content.Entry} */
    const entry = { kind: "locale", id: "xal", version: 1, sha256: await sha256Hex(piece), bytes: piece.length };
    await content.putBlob(entry, piece);
    await content.adopt([entry]);
    return files;
  }
  return { platform, publish, server, asked, media: makeMedia(platform) };
}

test("media: what a language has is known before any of it is fetched", async () => {
  const { platform, publish, asked } = await phone();
  await publish({ "item.a": "a", "item.b": "b" });
  equal(await voices(platform), [{ code: "xal", files: 2, bytes: 1000, here: 0, carried: false }]);
  equal(asked, []);
});

test("media: files are kept by their hash, with their type and length, and fetched once", async () => {
  const { platform, publish, asked } = await phone();
  const files = await publish({ "item.a": "a", "item.b": "b" });
  /** @type {unknown[]} */
  const told = [];
  equal(await carry(platform, "xal", (n, of) => told.push([n, of])), { failed: [] });
  equal(told, [[0, 2], [1, 2], [2, 2]]);
  equal((await voices(platform))[0], { code: "xal", files: 2, bytes: 1000, here: 2, carried: true });
  const kept = await (await caches.open("media")).match(`/media/${files["item.a"].sha256}`);
  equal([kept?.headers.get("Content-Type"), kept?.headers.get("Content-Length"), await kept?.text()], ["audio/mpeg", "10", "voice of a"]);
  const before = asked.length;
  await carry(platform, "xal");
  equal(asked.length, before, "what is here is not fetched again");
});

test("media: a file that fails is named, stops no other, and comes at the second try", async () => {
  const { platform, publish, server } = await phone();
  const files = await publish({ "item.a": "a", "item.b": "b", "item.c": "c" });
  const [gone, altered] = [`/media/${files["item.a"].sha256}`, `/media/${files["item.b"].sha256}`];
  const was = [server.get(gone), server.get(altered)];
  server.delete(gone);
  server.set(altered, /** @type {Uint8Array<ArrayBuffer>} */ (utf8.encode("<html>sign in to the wifi")));
  equal(await carry(platform, "xal"), { failed: ["item.a", "item.b"] });
  equal((await voices(platform))[0].here, 1, "what is not its hash is not kept");
  server.set(gone, /** @type {any} */ (was[0]));
  server.set(altered, /** @type {any} */ (was[1]));
  equal(await carry(platform, "xal"), { failed: [] });
  equal((await voices(platform))[0].here, 3);
});

test("media: a line that breaks ends the fetch, and the rest goes on where it stopped", async () => {
  const { platform, publish } = await phone();
  await publish(Object.fromEntries([..."abcdefghij"].map((c) => [`item.${c}`, c])));
  let left = 4;
  const breaks = { ...platform, bytes: (/** @type {string} */ path) => {
    if (!left--) left = 0;
    return left > 0 ? platform.bytes(path) : Promise.reject(new Problem("offline"));
  } };
  equal((await rejects(() => carry(breaks, "xal"))).type, "offline");
  const some = (await voices(platform))[0].here;
  ok(some > 0 && some < 10, `${some} are here`);
  await carry(platform, "xal");
  equal((await voices(platform))[0].here, 10);
});

test("media: without room nothing is fetched, and it says how much is lacking", async () => {
  const { platform, publish, asked } = await phone();
  await publish({ "item.a": "a" });
  const problem = await rejects(() => carry({ ...platform, space: async () => ({ usage: 100, quota: 100 + 50 * 2 ** 20 }) }, "xal"));
  equal([problem.type, asked], ["media-space", []]);
});

test("media: what was withdrawn goes with the next content, and plays no more before", async () => {
  const { platform, publish, media } = await phone();
  const old = await publish({ "item.a": "a", "item.b": "b" });
  await carry(platform, "xal");
  await publish({ "item.b": "b" });
  equal(await media.list((await media.sums()).get("xal")), null, "the new list is not here: nothing plays");
  await follow(platform);
  const here = await media.here();
  equal([here.has(old["item.a"].sha256), here.has(old["item.b"].sha256), here.size], [false, true, 2]);
  equal((await voices(platform))[0].here, 1);
});

test("media: a language that is carried no more leaves nothing behind", async () => {
  const { platform, publish, media } = await phone();
  await publish({ "item.a": "a" });
  await carry(platform, "xal");
  await leave(platform, "xal");
  equal([(await media.here()).size, await media.carried()], [0, []]);
  await content.adopt([]);
  await follow(platform);
  equal(await voices(platform), []);
});
