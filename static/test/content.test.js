import { sha256Hex } from "../crypto/hash.js";
import * as content from "../store/content.js";
import { transact } from "../store/db.js";
import * as drafts from "../store/drafts.js";
import { newVault } from "./fixture.js";
import { equal, ok, rejects, test } from "./harness.js";

/** @param {content.BlobKind} kind @param {string} id @param {number} version @param {object} value */
async function blob(kind, id, version, value) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return { entry: { kind, id, version, sha256: await sha256Hex(bytes), bytes: bytes.length }, bytes };
}

/** @param {number} version */
const protocol = (version) => blob("protocol", "farm", version, { id: "farm", version, title: `Farm ${version}`, settings: [], roles: [], modules: [] });

async function blobCount() {
  return transact(["blobs"], "readonly", (tx) => tx.objectStore("blobs").count());
}

test("content: a manifest is used only when all its blobs are here", async () => {
  const one = await protocol(1);
  await content.putBlob(one.entry, one.bytes);
  await content.adopt([one.entry]);
  equal((await content.protocols())[0].title, "Farm 1");

  const two = await protocol(2);
  const book = await blob("codebook", "codebook", 2, { sexes: [] });
  await content.putBlob(two.entry, two.bytes);
  equal((await rejects(() => content.adopt([two.entry, book.entry]))).type, "content-incomplete");
  equal((await content.protocols())[0].title, "Farm 1", "the old stays in use");
  equal((await content.missing([two.entry, book.entry])).map((e) => e.kind), ["codebook"], "what was fetched is not fetched again");

  await content.putBlob(book.entry, book.bytes);
  await content.adopt([two.entry, book.entry]);
  equal((await content.protocols())[0].title, "Farm 2");
  equal(await content.codebook(), { sexes: [] });
  equal(await blobCount(), 2, "what nobody needs is gone");
});

test("content: a blob that is not what its hash says is not kept", async () => {
  const { entry, bytes } = await protocol(1);
  bytes[3] ^= 1;
  equal((await rejects(() => content.putBlob(entry, bytes))).type, "content-altered");
  equal(await blobCount(), 0);
});

test("content: a draft keeps the protocol it was begun with", async () => {
  const one = await protocol(1);
  await content.putBlob(one.entry, one.bytes);
  await content.adopt([one.entry]);
  await newVault();
  await drafts.put({ id: "d", kind: "screening", protocol: { id: "farm", version: 1, sha256: one.entry.sha256 } });

  const two = await protocol(2);
  await content.putBlob(two.entry, two.bytes);
  await content.adopt([two.entry]);
  await drafts.put({ id: "e", kind: "screening" });
  await drafts.remove("e");
  await content.adopt([two.entry]);
  const pinned = (await drafts.get("d")).protocol.sha256;
  equal((await content.protocol(pinned)).protocol.version, 1);
  equal((await content.protocol("farm")).protocol.version, 2);
  equal(await blobCount(), 2);

  await content.adopt([]);
  equal(await content.protocols(), [], "withdrawn: nothing new is begun with it");
  equal((await content.protocol(pinned)).protocol.version, 1, "what was begun goes on");
  equal(await blobCount(), 2);

  await drafts.remove("d");
  const three = await protocol(3);
  await content.putBlob(three.entry, three.bytes);
  await content.adopt([three.entry]);
  equal(await blobCount(), 1, "without the draft nobody needs the old ones");
});

test("content: before the first manifest everything is absent, not broken", async () => {
  equal(await content.manifest(), null);
  equal(await content.protocols(), []);
  equal([await content.codebook(), await content.directory(), await content.municipalities(), await content.locale("tzo")], [null, null, null, null]);
  equal((await rejects(() => content.protocol("farm"))).type, "content-missing");
});

/** @param {...{entry: content.Entry, bytes: Uint8Array<ArrayBuffer>}} blobs */
async function inUse(...blobs) {
  for (const { entry, bytes } of blobs) await content.putBlob(entry, bytes);
  await content.adopt(blobs.map((b) => b.entry));
}

/** A protocol of this id, of which only that matters. @param {string} id */
const named = (id) => blob("protocol", id, 1, { id, version: 1, title: id, settings: [], roles: [], modules: [] });

/** What a language shares between protocols. @param {string} code @param {Record<string, Record<string, string>>} shared */
const pieceOf = (code, shared) => blob("locale", code, 1, { code, name: code, messages: { hello: { text: "h", status: "imported" } }, shared });

/** What one protocol alone says. @param {string} code @param {string} protocol @param {Record<string, Record<string, string>>} texts */
const wordsPiece = (code, protocol, texts) => blob("words", `${code}/${protocol}`, 1, { code, protocol, texts });

test("content: a language's words for one protocol are put together from its pieces", async () => {
  const pack = await pieceOf("en", { draft: { "item.shared": "S", "item.other": "O" }, reviewed: { "action.a": "A" } });
  const notes = await blob("notes", "en", 1, { code: "en", texts: { draft: { "item.shared.asks": "why" } } });
  await inUse(pack, notes, await wordsPiece("en", "farm", { draft: { "item.farm": "F", "item.other": "O2" } }), await wordsPiece("en", "road", {}), await named("farm"), await named("road"));
  const draft = (/** @type {string} */ text) => ({ text, status: "draft" });
  equal((await content.locale("en", "farm"))?.protocols, {
    "item.shared": draft("S"), "item.other": draft("O2"), "action.a": { text: "A", status: "reviewed" }, "item.shared.asks": draft("why"), "item.farm": draft("F"),
  });
  equal((await content.locale("en", "road"))?.protocols["item.farm"], undefined, "what one says alone, another has not");
  equal((await content.locale("en", "road"))?.protocols["item.other"], draft("O"));
  equal((await content.locale("en"))?.protocols, {});
  equal((await content.locale("en", "farm"))?.sha256, pack.entry.sha256);
  equal((await content.locales("road")).map((l) => [l.code, l.screens, Object.keys(l.protocols)]), [["en", ["farm", "road"], ["road"]]]);
  equal((await content.locales())[0].protocols, {});
});

test("content: a language that the server only names can be chosen, in the server's order, and says nothing", async () => {
  const [list, pack] = [await blob("languages", "languages", 1, { items: [{ code: "ngu", name: "náhuatl de Guerrero" }, { code: "en", name: "inglés" }] }), await pieceOf("en", {})];
  await inUse(list, pack, await pieceOf("tzo", {}));
  equal((await content.locales("farm")).map((l) => [l.code, l.sha256 !== "", l.messages, l.screens]),
    [["ngu", false, {}, []], ["en", true, { hello: { text: "h", status: "imported" } }, []], ["tzo", true, { hello: { text: "h", status: "imported" } }, []]]);
  equal(await content.locale("ngu", "farm"), null);
});

test("content: a language without a protocol's own piece has nothing for it, whatever others share", async () => {
  const pack = await pieceOf("mxv", { certified: { "item.shared": "S" } });
  await inUse(pack, await wordsPiece("mxv", "farm", { certified: { "item.farm": "F" } }), await wordsPiece("mxv", "gone", {}), await named("farm"), await named("clinic"));
  ok((await content.locale("mxv", "farm"))?.protocols["item.shared"]);
  equal((await content.locale("mxv", "clinic"))?.protocols, {}, "it shares items with the farm, and is not certified");
  equal((await content.locale("mxv", "gone"))?.protocols, {}, "a protocol that is not here");
  equal((await content.locales("clinic"))[0].protocols, { clinic: {} });
  ok(!(await content.locale("mix", "farm")), "a sibling has no words of its own");
});

test("content: words follow when a piece of them changes", async () => {
  const [protocol, own] = [await named("farm"), await wordsPiece("en", "farm", {})];
  await inUse(await pieceOf("en", { draft: { "item.a": "one" } }), own, protocol);
  equal((await content.locale("en", "farm"))?.protocols["item.a"].text, "one");
  await inUse(await pieceOf("en", { draft: { "item.a": "two" } }), own, protocol);
  equal((await content.locale("en", "farm"))?.protocols["item.a"].text, "two");
});

test("content: a part in use keeps what was fetched of the rest, and says how much is to come", async () => {
  const [farm, road] = [await named("farm"), await named("road")];
  for (const { entry, bytes } of [farm, road]) await content.putBlob(entry, bytes);
  await content.adopt([farm.entry], [farm.entry, road.entry]);
  equal([(await content.manifest())?.rest, (await content.protocols()).length, await blobCount()], [1, 1, 2]);
  await content.adopt([farm.entry, road.entry]);
  equal([(await content.manifest())?.rest, (await content.protocols()).length], [0, 2]);
});
