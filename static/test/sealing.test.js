import { SEAL_AFTER_MS, sealDue, sealRecord } from "../app/sealing.js";
import { folio } from "../crypto/folio.js";
import * as drafts from "../store/drafts.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import { sync } from "../sync/sync.js";
import { enrolled, record, user } from "./fixture.js";
import { equal, received, rejects, test } from "./harness.js";

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
  await settings.remove("device");
  await drafts.put({ id: "1", kind: "screening", record: record(), finishedAt: "2020-01-01T00:00:00Z" });
  equal((await rejects(() => sealRecord(record(), { removeDraft: "1" }))).type, "device-not-enrolled");
  equal(await sealDue(), 0);
  equal([await drafts.count(), (await outbox.counts()).waiting], [1, 0]);
});

test("sealing: a finished screening is sealed when its time for corrections is over", async () => {
  await enrolled();
  const finishedAt = "2026-11-23T10:00:00Z";
  const at = Date.parse(finishedAt);
  const due = record();
  await drafts.put({ id: due.id, kind: "screening", record: due, finishedAt, afterSeal: { id: due.id, kind: "sealed", number: 1 } });
  await drafts.put({ id: "open", kind: "screening" });
  await drafts.put({ id: "corrected", kind: "screening", record: null, finishedAt });
  equal(await sealDue(at), 0);
  equal(await sealDue(at + SEAL_AFTER_MS - 1), 0);
  equal(await sealDue(at + SEAL_AFTER_MS), 1);
  equal(await sealDue(at + SEAL_AFTER_MS), 0);
  equal((await outbox.waiting(9)).map((r) => r.id), [due.id]);
  equal(await drafts.get(due.id), { id: due.id, kind: "sealed", number: 1 });
  equal(await drafts.count(), 3);
});

test("sealing: a record is of who began it, whoever is signed in when it is sealed", async () => {
  await enrolled();
  const author = { user: "u-before", role: "nurse", agency: "a-1" };
  const one = record();
  await drafts.put({ id: one.id, kind: "screening", author, record: one, finishedAt: "2020-01-01T00:00:00Z" });
  await settings.remove("session");
  equal(await sealDue(), 1, "nobody need be signed in");
  await enrolled();
  await sync();
  equal((await received())[0].records[0].plain.author, author);
});

test("sealing: a clock that was set back keeps no record open", async () => {
  await enrolled();
  const one = record();
  await drafts.put({ id: one.id, kind: "screening", record: one, finishedAt: "2030-01-01T00:00:00Z" });
  equal(await sealDue(Date.parse("2026-11-23T10:00:00Z")), 1);
});

test("sealing: a draft with an unreadable time is sealed, not forgotten", async () => {
  await enrolled();
  const one = record();
  await drafts.put({ id: one.id, kind: "screening", record: one, finishedAt: "yesterday" });
  equal(await sealDue(), 1);
});
