import { SEAL_AFTER_MS, sealDue, sealRecord, sealSnapshot } from "../app/sealing.js";
import { folio } from "../crypto/folio.js";
import { decode } from "../store/codec.js";
import { transact } from "../store/db.js";
import * as drafts from "../store/drafts.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import * as vault from "../store/vault.js";
import { sync } from "../sync/sync.js";
import { enrolled, newVault, PIN, record, user } from "./fixture.js";
import { equal, received, rejects, test } from "./harness.js";

/**
 * A finished screening as the app saves it: its snapshot is its record.
 * @param {any} one its record @param {string} finishedAt
 */
function finish(one, finishedAt) {
  const due = (Date.parse(finishedAt) || 0) + SEAL_AFTER_MS;
  return drafts.put({ id: one.id, kind: "screening", record: one, finishedAt }, [{ draft: one.id, make: () => sealSnapshot(one, due) }]);
}

test("sealing: author and device are filled in where the record has none", async () => {
  await enrolled();
  const one = record();
  equal(await sealRecord(one), { id: one.id, folio: await folio(one.id) });
  await sealRecord(record({ author: { user: "other", role: "nurse", agency: "a-2" } }));
  await sync();
  const plain = (await received())[0].records.map((r) => r.plain);
  equal(plain.map((p) => [p.author.user, p.device]), [[user().id, "d-1"], ["other", "d-1"]]);
});

test("sealing: without a key nothing is lost", async () => {
  await enrolled();
  await newVault();
  await settings.remove("device");
  const one = record();
  await finish(one, "2020-01-01T00:00:00Z");
  equal((await rejects(() => sealRecord(one, { removeDraft: one.id }))).type, "device-not-enrolled");
  equal(await sealDue(), 0);
  equal([await drafts.count(), (await outbox.counts()).waiting], [1, 0]);
});

test("sealing: a finished screening is sealed when its time for corrections is over", async () => {
  await enrolled();
  const finishedAt = "2026-11-23T10:00:00Z";
  const at = Date.parse(finishedAt);
  const due = record();
  await newVault();
  await finish(due, finishedAt);
  await drafts.put({ id: "open", kind: "screening" }, [{ draft: "open", make: () => sealSnapshot(record({ id: "0189aaaa-0000-7000-8000-000000000001" })) }]);
  await drafts.put({ id: "corrected", kind: "screening", record: null, finishedAt });
  vault.lock(); // nobody need open it
  equal(await sealDue(at), 0);
  equal(await sealDue(at + SEAL_AFTER_MS - 1), 0);
  equal(await sealDue(at + SEAL_AFTER_MS), 1);
  equal(await sealDue(at + SEAL_AFTER_MS), 0);
  equal((await outbox.waiting(9)).map((r) => r.id), [due.id]);
  equal(await drafts.count(), 2);
  await sync();
  equal((await received())[0].records.map((r) => r.plain.id), [due.id]);
});

test("sealing: sealed while locked means that its key is gone from the file", async () => {
  await enrolled();
  const { id } = await newVault();
  const [one, other] = [record(), record()];
  await finish(one, "2020-01-01T00:00:00Z");
  await finish(other, "2020-01-01T00:00:00Z");
  const [row] = (await drafts.rows()).filter((r) => r.vault === id);
  const entries = await transact(["journal"], "readonly", (tx) => tx.objectStore("journal").index("draft").getAll(row.id));
  vault.lock();
  equal(await sealDue(), 2);
  await vault.open(id, PIN);
  equal((await rejects(() => decode(row.id, entries.map((e) => e.body)))).type, "draft-gone");
});

test("sealing: a record is of who began it, whoever is signed in when it is sealed", async () => {
  await enrolled();
  const author = { user: "u-before", role: "nurse", agency: "a-1" };
  const one = record();
  await newVault();
  await finish({ ...one, author }, "2020-01-01T00:00:00Z");
  await settings.remove("session");
  equal(await sealDue(), 1, "nobody need be signed in");
  await enrolled();
  await sync();
  equal((await received())[0].records[0].plain.author, author);
});

test("sealing: a clock that was set back keeps no record open", async () => {
  await enrolled();
  const one = record();
  await newVault();
  await finish(one, "2030-01-01T00:00:00Z");
  equal(await sealDue(Date.parse("2026-11-23T10:00:00Z")), 1);
});

test("sealing: a draft with an unreadable time is sealed, not forgotten", async () => {
  await enrolled();
  const one = record();
  await newVault();
  await finish(one, "yesterday");
  equal(await sealDue(), 1);
});
