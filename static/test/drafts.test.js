import { close, transact } from "../store/db.js";
import * as drafts from "../store/drafts.js";
import { decode, encode } from "../store/codec.js";
import { newVault } from "./fixture.js";
import { equal, ok, rejects, test as bareTest } from "./harness.js";

/** Each of these begins with an open vault. @param {string} name @param {() => Promise<void>} body */
const test = (name, body) => bareTest(name, async () => {
  await newVault();
  await body();
});

/** Entries of the journal, in order. @returns {Promise<{draft: string, body: Uint8Array}[]>} */
const journal = () => transact(["journal"], "readonly", (tx) => tx.objectStore("journal").getAll());

const PROTOCOL = "a".repeat(64);

/** @param {string} id @returns {drafts.Draft} */
const begun = (id) => ({ id, kind: "screening", protocol: { sha256: PROTOCOL }, "answer:q1": { value: "yes" } });

/** A page that was killed and started again knows nothing but the disk. */
function restart() {
  close();
  drafts.forgetKnown();
}

test("drafts: what was put is there after a restart", async () => {
  await drafts.put(begun("1"));
  await drafts.put({ ...begun("1"), "answer:q2": { value: "no" } });
  restart();
  equal(await drafts.get("1"), { ...begun("1"), "answer:q2": { value: "no" } });
  equal(await drafts.count(), 1);
});

test("drafts: a tap writes only what changed, and keeps what was before", async () => {
  await drafts.put(begun("1"));
  await drafts.put({ ...begun("1"), "answer:q1": { value: "no" } });
  await drafts.put({ ...begun("1"), "answer:q1": { value: "no" } });
  const entries = await journal();
  equal(entries.length, 2, "an unchanged draft writes nothing");
  const [first, second] = await decode(entries[0].draft, entries.map((e) => e.body));
  equal(second, { fields: { "answer:q1": { value: "no" } }, drop: [] });
  equal(first.fields["answer:q1"], { value: "yes" }, "the first answer is still in the journal");
});

test("drafts: the rows say nothing: no record's id, no kind, no answer, one length", async () => {
  const id = "01890000-0000-7000-8000-00000000000a";
  const shown = "d".repeat(64); // whoever has the protocol knows each text by its hash
  await drafts.put({ ...begun(id), name: "zxqv" });
  await drafts.put({ ...begun(id), name: "zxqv", "answer:q2": { value: "no" }, "shown:q2": { text_hash: shown } });
  const [row] = await drafts.rows();
  equal(Object.keys(row).sort(), ["id", "slot", "trip", "vault"]);
  ok(/^[0-9a-f]{32}$/.test(row.id), row.id);
  const entries = await journal();
  equal(entries.map((e) => [Object.keys(e).sort(), e.body.length]), [[["body", "draft"], 12 + 256 + 16], [["body", "draft"], 12 + 256 + 16]]);
  const seen = JSON.stringify(row) + entries.map((e) => String.fromCharCode(...e.body)).join();
  for (const word of [id, "screening", "zxqv", "yes", "q2", shown, PROTOCOL]) ok(!seen.includes(word), word);
});

test("drafts: a long journal is written anew, and what another window wrote is not lost", async () => {
  await drafts.put(begun("1"));
  for (let i = 0; i < 70; i++) await drafts.put({ ...begun("1"), at: i });
  ok((await journal()).length < 10, `${(await journal()).length} entries`);
  restart();
  equal((await drafts.get("1")).at, 69);
  for (let i = 0; i < 60; i++) await drafts.put({ ...begun("1"), at: i });
  const [{ id: draft }] = await drafts.rows();
  const body = await encode(draft, { fields: { other: 1 }, drop: [] });
  await transact(["journal"], "readwrite", (tx) => tx.objectStore("journal").add({ draft, body }));
  for (let i = 0; i < 10; i++) await drafts.put({ ...begun("1"), at: i });
  restart();
  equal([(await drafts.get("1")).at, (await drafts.get("1")).other], [9, 1]);
});

test("drafts: a field that is gone is gone", async () => {
  await drafts.put(begun("1"));
  await drafts.put({ id: "1", kind: "screening" });
  restart();
  equal(await drafts.get("1"), { id: "1", kind: "screening" });
});

test("drafts: the order of taps is kept, also without waiting", async () => {
  const taps = Array.from({ length: 40 }, (_, i) => drafts.put({ ...begun("1"), at: i }));
  await Promise.all(taps);
  restart();
  equal((await drafts.get("1")).at, 39);
});

test("drafts: a change after the call is not saved by it", async () => {
  const draft = begun("1");
  const saving = drafts.put(draft);
  draft["answer:q1"].value = "changed later";
  await saving;
  restart();
  equal((await drafts.get("1"))["answer:q1"].value, "yes");
});

test("drafts: two windows that write other fields lose neither", async () => {
  await drafts.put(begun("1"));
  drafts.forgetKnown(); // the second window has read the draft once
  const second = await drafts.get("1");
  await drafts.put({ ...second, b: 2 });
  const [{ id: draft }] = await drafts.rows();
  const body = await encode(draft, { fields: { a: 1 }, drop: [] });
  await transact(["journal"], "readwrite", (tx) => tx.objectStore("journal").add({ draft, body }));
  await drafts.put({ ...second, b: 3 });
  restart();
  const both = await drafts.get("1");
  equal([both.a, both.b], [1, 3]);
});

test("drafts: nothing comes back from the dead", async () => {
  await drafts.put(begun("1"));
  const [{ id: local }] = await drafts.rows();
  await transact(drafts.STORES, "readwrite", (tx) => drafts.removeWithin(tx, local)); // another window sealed it
  equal((await rejects(() => drafts.put({ ...begun("1"), late: true }))).type, "draft-gone");
  equal((await rejects(() => drafts.get("1"))).type, "draft-gone");
  equal(await drafts.list(), []);
  await drafts.put(begun("2"));
  equal(await drafts.count(), 1, "one failed write does not stop the next");
});

test("drafts: removed means the journal too", async () => {
  await drafts.put(begun("1"));
  await drafts.put(begun("2"));
  await drafts.remove("1");
  const left = await drafts.localOf("2");
  equal((await journal()).map((e) => e.draft), [left]);
});

test("drafts: what was sealed or removed in this window does not come back by a late change", async () => {
  await drafts.put(begun("1"));
  await drafts.remove("1");
  equal((await rejects(() => drafts.change({ ...begun("1"), late: true }))).type, "draft-gone");
  await drafts.put(begun("2"));
  await transact(drafts.STORES, "readwrite", async (tx) => drafts.removeWithin(tx, (await tx.objectStore("drafts").getAll())[0].id));
  for (const time of ["once", "again"]) equal((await rejects(() => drafts.change({ ...begun("2"), late: true }))).type, "draft-gone", time);
  equal(await drafts.count(), 0);
});

test("drafts: a full disk is said in plain words and loses nothing", async () => {
  await drafts.put(begun("1"));
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
  try {
    equal((await rejects(() => drafts.put({ ...begun("1"), late: true }))).type, "storage-full");
  } finally {
    IDBObjectStore.prototype.add = add;
  }
  equal(await drafts.get("1"), begun("1"), "what was saved before is whole");
  await drafts.put({ ...begun("1"), late: true });
  restart();
  equal((await drafts.get("1")).late, true, "the same tap saves once there is room");
});

test("drafts: a connection that the browser closed is opened again", async () => {
  await drafts.put(begun("1"));
  const real = IDBDatabase.prototype.transaction;
  let closed = 1;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    if (closed-- > 0) throw new DOMException("closing", "InvalidStateError");
    return real.call(this, stores, mode, options);
  };
  try {
    await drafts.put({ ...begun("1"), again: 1 });
  } finally {
    IDBDatabase.prototype.transaction = real;
  }
  equal((await drafts.get("1")).again, 1);
});
