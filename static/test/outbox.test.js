import { decode } from "../store/codec.js";
import { transact } from "../store/db.js";
import * as drafts from "../store/drafts.js";
import * as outbox from "../store/outbox.js";
import { fill, newVault } from "./fixture.js";
import { equal, ok, rejects, test } from "./harness.js";

/** @param {string} id @returns {outbox.Envelope} */
const envelope = (id) => ({ id, kid: "k", enc: new Uint8Array(65).fill(4), ct: new Uint8Array(8192).fill(7) });

test("outbox: each of the four receipts removes the record and keeps only that there was one", async () => {
  const ids = await fill(5);
  const statuses = ["accepted", "duplicate", "conflict", "quarantined", "accepted"];
  equal(await outbox.settle(ids.map((id, i) => ({ id, status: statuses[i], reason: i === 3 ? "unknown_protocol" : undefined }))), 5);
  equal(await outbox.counts(), { waiting: 0, refused: 0, sent: 5, quarantined: 1 });
  const kept = await outbox.receipts();
  equal(kept.map(({ status, reason, n }) => [status, reason, n]).sort(),
    [["accepted", "", 2], ["conflict", "", 1], ["duplicate", "", 1], ["quarantined", "unknown_protocol", 1]]);
  for (const row of kept) equal(Object.keys(row).sort(), ["n", "reason", "status"]);
  for (const id of ids) ok(!JSON.stringify(kept).includes(id), "the receipt names the record");
});

test("outbox: only a receipt removes a record", async () => {
  const ids = await fill(1);
  for (const status of ["", "ok", "error", "ACCEPTED", "toString", "refused"]) await outbox.settle([{ id: ids[0], status }]);
  equal((await outbox.all()).map((r) => r.id), ids);
  equal((await outbox.counts()).sent, 0);
});

test("outbox: a refused record stays with its reason, can be sent again and exported sealed", async () => {
  const [id, other] = await fill(2);
  await outbox.settle([{ id, status: "refused", reason: "too_large" }]);
  equal(await outbox.counts(), { waiting: 1, refused: 1, sent: 0, quarantined: 0 });
  equal((await outbox.waiting(10)).map((r) => r.id), [other], "a refused record does not hold up the others");
  equal((await outbox.all()).find((r) => r.id === id)?.reason, "too_large");
  const lines = (await (await outbox.exportSealed([id])).text()).trim().split("\n");
  equal(lines.length, 1);
  const file = JSON.parse(lines[0]);
  equal(Object.keys(file).sort(), ["ct", "enc", "id", "kid"]);
  equal(file.id, id);
  ok(atob(file.ct).length >= 8192);
  equal((await outbox.counts()).refused, 1, "an export removes nothing");
  await outbox.retry(id);
  equal((await outbox.waiting(10)).length, 2);
});

test("outbox: the draft goes and the record comes in one step, or neither", async () => {
  await newVault();
  await drafts.put({ id: "d", kind: "screening", a: 1 });
  await outbox.keep(envelope("01890000-0000-7000-8000-000000000001"), "detection", { removeDraft: "d" });
  equal([await drafts.count(), (await outbox.counts()).waiting], [0, 1]);

  await drafts.put({ id: "e", kind: "screening", a: 1 });
  const put = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
  try {
    equal((await rejects(() => outbox.keep(envelope("01890000-0000-7000-8000-000000000002"), "detection", { removeDraft: "e" }))).type, "storage-full");
  } finally {
    IDBObjectStore.prototype.add = put;
  }
  equal([await drafts.count(), (await outbox.counts()).waiting], [1, 1]);
  equal((await drafts.get("e")).a, 1);
});

test("outbox: nothing remains of a sealed draft: no row, no entry, no snapshot, no key", async () => {
  await newVault();
  await drafts.put({ id: "d", kind: "screening", secret: "zxqv", answers: ["zxqv"] }, [{ draft: "d", make: async () => ({ envelope: envelope("d"), kind: "detection", due: 0 }) }]);
  const [row] = await drafts.rows();
  const [entry] = await transact(["journal"], "readonly", (tx) => tx.objectStore("journal").getAll());
  await outbox.keep(envelope("01890000-0000-7000-8000-000000000003"), "detection", { removeDraft: "d" });
  for (const store of drafts.STORES) equal(await transact([store], "readonly", (tx) => tx.objectStore(store).count()), 0, store);
  equal((await rejects(() => decode(row.id, [entry.body]))).type, "draft-gone", "its key is gone from the file and from memory");
});

test("outbox: a draft that another window sealed is not sealed twice", async () => {
  await newVault();
  await drafts.put({ id: "d", kind: "screening" });
  await outbox.keep(envelope("01890000-0000-7000-8000-000000000004"), "detection", { removeDraft: "d" });
  await outbox.settle([{ id: "01890000-0000-7000-8000-000000000004", status: "accepted" }]);
  equal((await rejects(() => outbox.keep(envelope("01890000-0000-7000-8000-000000000004"), "detection", { removeDraft: "d" }))).type, "draft-gone");
  equal((await outbox.counts()).waiting, 0);
});

test("outbox: a receipt of what is not here changes nothing", async () => {
  equal(await outbox.settle([{ id: "01890000-0000-7000-8000-00000000000f", status: "accepted" }]), 0);
  equal((await outbox.counts()).sent, 0);
});
