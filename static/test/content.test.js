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

test("content: a language's words for one protocol are never used for another", async () => {
  const pack = await blob("locale", "mxv", 1, {
    code: "mxv", name: "Mixteco", messages: { hello: { text: "h", status: "imported" } },
    protocols: { farm: { "item.a": { text: "A", status: "certified" } } },
  });
  await content.putBlob(pack.entry, pack.bytes);
  await content.adopt([pack.entry]);
  equal((await content.locale("mxv", "farm"))?.protocols, { "item.a": { text: "A", status: "certified" } });
  equal((await content.locale("mxv", "clinic"))?.protocols, {});
  equal((await content.locale("mxv"))?.protocols, {});
  equal((await content.locale("mxv", "farm"))?.sha256, pack.entry.sha256);
  ok(!(await content.locale("mix", "farm")), "a sibling has no words of its own");
});
