import * as content from "../store/content.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import { session } from "../sync/tokens.js";
import { neededFirst, prepare, readiness, sealKey } from "../sync/ready.js";
import { waitAfter } from "../sync/schedule.js";
import { sync } from "../sync/sync.js";
import { enrolled, fill, user } from "./fixture.js";
import { equal, newNonce, ok, received, rejects, script, serverKey, signer, test } from "./harness.js";

/** Ids in the order in which the server took them. */
async function takenIds() {
  return (await received()).flatMap((b) => b.records.map((r) => r.id));
}

test("sync: everything that waits is sent, in small batches, and receipted", async () => {
  await enrolled();
  const ids = await fill(60);
  const outcome = await sync();
  equal([outcome.state, outcome.sent, outcome.problem], ["done", 60, null]);
  equal(await outbox.counts(), { waiting: 0, refused: 0, sent: 60, quarantined: 0 });
  equal((await takenIds()).sort(), ids);
  const batches = await received();
  ok(batches.every((b) => b.device === "d-1" && b.records.length <= 25), "a batch has at most 25");
  ok(batches.every((b) => b.records.reduce((n, r) => n + r.bytes, 0) <= 256 * 1024), "or 256 KiB");
});

test("sync: each request says the phone's time", async () => {
  await enrolled();
  await fill(30);
  const before = Date.now();
  await sync();
  const said = (await received()).map((b) => Date.parse(b.sent_at));
  ok(said.length > 1 && said.every((at) => at >= before && at <= Date.now()), JSON.stringify(said));
});

test("sync: a lost reply loses nothing: the record is sent again", async () => {
  await enrolled();
  const ids = await fill(3);
  await script([{ lose: true }]);
  const first = await sync();
  equal([first.state, first.problem?.type], ["failed", "offline"]);
  equal((await outbox.counts()).waiting, 3);
  equal((await takenIds()).sort(), ids, "the server has them, the phone cannot know");
  await script([{ as: "duplicate" }]);
  equal((await sync()).state, "done");
  equal((await outbox.receipts()).map(({ status, n }) => [status, n]), [["duplicate", 3]]);
  equal((await takenIds()).sort(), ids);
});

test("sync: a carrier's page is no receipt", async () => {
  await enrolled();
  await fill(2);
  await script([{ html: true }]);
  equal((await sync()).state, "failed");
  equal((await outbox.counts()).waiting, 2);
});

test("sync: one refused record stays with its reason, its neighbours go", async () => {
  await enrolled();
  const ids = await fill(5);
  await script([{ as: "refused", reason: "too_large", only: ids[2] }]);
  await sync();
  equal(await outbox.counts(), { waiting: 0, refused: 1, sent: 4, quarantined: 0 });
  const [left] = await outbox.all();
  equal([left.id, left.state, left.reason], [ids[2], "refused", "too_large"]);
  await outbox.retry(ids[2]);
  equal((await sync()).state, "done");
});

test("sync: a record that breaks the request is found alone, its neighbours go", async () => {
  await enrolled();
  const ids = await fill(8);
  await settings.put("poison", ids[5]);
  await script(Array.from({ length: 12 }, () => ({ status: 413, type: "body-too-large", only: ids[5] })));
  const outcome = await sync();
  equal(await outbox.counts(), { waiting: 0, refused: 1, sent: 7, quarantined: 0 }, outcome.state);
  equal((await outbox.all())[0].reason, "body-too-large");
});

test("sync: a record that gets no answer waits, and holds up nobody", async () => {
  await enrolled();
  const ids = await fill(30);
  await script([{ as: "later", only: ids[0] }]);
  const outcome = await sync();
  equal([outcome.state, outcome.problem?.type], ["failed", "sync-unanswered"]);
  equal((await outbox.all()).map((r) => [r.id, r.state]), [[ids[0], "waiting"]]);
});

test("sync: it is the device that sends: with an ended session, another's, or none", async () => {
  await enrolled();
  for (const change of [{ access: "old", refresh: "r-revoked", ended: true }, { user: { ...user(), id: "u-2" } }, null]) {
    if (change) await settings.put("session", { ...(await session()), ...change });
    else await settings.remove("session");
    await fill(2);
    equal([(await sync()).state, (await outbox.counts()).waiting], ["done", 0]);
  }
});

test("sync: a large body is not sent to learn that the nonce is stale", async () => {
  await enrolled();
  await newNonce();
  await fill(1);
  equal((await sync()).state, "done");
  equal(await newNonce(), 1, "a nonce was asked for first");
  await fill(1);
  equal((await sync()).state, "done");
  equal(await newNonce(), 0, "each answer brings the next");
});

test("sync: a phone that the server does not know pauses and keeps everything", async () => {
  await enrolled();
  await fill(2);
  await script([{ status: 401, type: "device-unknown" }]);
  const outcome = await sync();
  equal([outcome.state, outcome.problem?.type], ["paused", "device-unknown"]);
  equal(await outbox.counts(), { waiting: 2, refused: 0, sent: 0, quarantined: 0 });
  await settings.remove("device");
  equal((await sync()).state, "not-enrolled");
});

test("sync: a busy server is asked later, as it wishes", async () => {
  await enrolled();
  await fill(1);
  await script([{ status: 503, type: "busy", retryAfter: 40 }]);
  const outcome = await sync();
  equal([outcome.state, outcome.problem?.retryAfter], ["failed", 40]);
  equal((await outbox.counts()).waiting, 1);
});

test("sync: one sender at a time; the lock is free again after a failure", async () => {
  await enrolled();
  await fill(30);
  const states = (await Promise.all([sync(), sync(), sync()])).map((o) => o.state).sort();
  equal(states, ["busy", "busy", "done"]);
  equal((await takenIds()).length, 30, "nothing is sent twice");
  await fill(1);
  await script([{ lose: true }]);
  equal((await sync()).state, "failed");
  equal((await sync()).state, "done");
});

test("sync: a result for a record that was not sent removes nothing", async () => {
  await enrolled();
  const [waiting] = await fill(1);
  await script([{ as: "accepted", only: "01890000-0000-7000-8000-00000000000f" }]);
  await sync();
  equal((await outbox.all()).map((r) => r.id), [waiting]);
});

test("sync: the cursor is kept and sent with the next request", async () => {
  await enrolled();
  await sync();
  await sync();
  const cursors = (await received()).map((b) => b.cursor);
  equal(cursors[0], "");
  ok(cursors[1].startsWith("cursor-"), cursors[1]);
});

test("schedule: waits grow, with jitter, up to a quarter of an hour; the server's wish counts", () => {
  equal(waitAfter(1, 0, () => 1), 15_000);
  equal(waitAfter(1, 0, () => 0), 7_500);
  equal(waitAfter(3, 0, () => 1), 60_000);
  equal(waitAfter(50, 0, () => 1), 900_000);
  equal(waitAfter(1, 120, () => 1), 120_000);
  equal(waitAfter(0), 300_000);
});

/** What readiness() says, by id. @returns {Promise<Record<string, string>>} */
async function facts() {
  return Object.fromEntries((await readiness()).map((f) => [f.id, f.ok]));
}

test("ready: fetches what is missing, uses it whole, and tells what is here", async () => {
  await enrolled();
  const before = await facts();
  equal([before.codebook, before.protocol, before.municipalities, before.device], ["no", "no", "no", "yes"]);
  /** @type {[number, number][]} */
  const steps = [];
  ok(await prepare((done, of) => steps.push([done, of])));
  const [last, total] = steps[steps.length - 1];
  ok(last === total && total > 0, `${last} of ${total}`);
  const after = await facts();
  for (const id of ["device", "keys", "trust", "protocol", "codebook", "directory", "municipalities", "language.es-MX", "clock", "space"]) equal(after[id], "yes", id);
  equal(after["language.tzo"], "part", "its words are here, the screening is not");
  equal(after.app, "no", "the test page has no service worker");
  ok(["yes", "no", "part"].includes(after.storage), after.storage);
  ok(!(await prepare()), "nothing changed since");
});

test("ready: what the post needs can be used while the rest comes", async () => {
  await enrolled();
  /** @type {Promise<string[]>|null} */
  let then = null;
  /** @type {Promise<Record<string, string>>|null} */
  let told = null;
  await prepare((done, of, usable) => {
    if (!usable || then) return;
    ok(done < of, "the rest is still to come");
    then = content.protocols().then((all) => all.map((p) => p.id));
    told = facts();
  });
  equal(await then, ["farm"]);
  ok(["part", undefined].includes((await /** @type {any} */ (told)).rest), "it is said that more is to come");
  equal((await content.protocols()).map((p) => p.id).sort(), ["clinic", "farm"]);
  equal((await facts()).rest, undefined);
});

test("ready: what is in use is replaced as a whole", async () => {
  await enrolled();
  await prepare();
  const entries = (await content.entries("keys"));
  await content.adopt([...entries, ...(await content.entries("protocol")).filter((e) => e.id === "clinic")]);
  /** @type {boolean[]} */
  const usable = [];
  await prepare((_, __, now) => usable.push(now));
  equal([...new Set(usable)], [false]);
});

test("ready: what a post needs first", () => {
  const entry = (/** @type {string} */ kind, /** @type {string} */ id, /** @type {string[]} */ roles) => /** @type {any} */ ({ kind, id, roles });
  const all = [entry("keys", "keys", []), entry("protocol", "farm", ["inspector", "doctor"]), entry("protocol", "clinic", ["doctor"]), entry("locale", "en", []),
    entry("words", "en/farm", []), entry("words", "en/clinic", []), entry("locale", "pt-BR", []), entry("words", "pt-BR/farm", []), entry("notes", "en", []), entry("municipalities", "mx", []), entry("codebook", "codebook", [])];
  const named = (/** @type {string} */ post) => neededFirst(all, post)?.map((e) => `${e.kind} ${e.id}`);
  equal(named("inspector"), ["keys keys", "protocol farm", "locale en", "words en/farm", "codebook codebook"]);
  equal(named("doctor")?.length, 7);
  equal(named("driver"), undefined, "a post without a protocol gets all at once");
  equal(named(""), undefined, "so does who has no post");
  equal(neededFirst(all.slice(0, 2), "inspector"), null, "where nothing can wait");
});

test("ready: a broken blob changes nothing that is in use", async () => {
  await enrolled();
  await script([{ type: "break-blob" }]);
  equal((await rejects(() => prepare())).type, "content-altered");
  equal((await facts()).protocol, "no");
});

test("ready: only a key that what was pinned vouches for is sealed to", async () => {
  await enrolled();
  equal((await sealKey())?.kid, (await serverKey()).kid);
  await settings.put("pins", { server: await signer("others"), reviewers: null });
  equal(await sealKey(), null);
  await settings.remove("pins");
  equal(await sealKey(), null);
});

test("ready: keys that somebody else signed are refused, said, and change nothing", async () => {
  await enrolled();
  await prepare();
  const before = await sealKey();
  await signer("others");
  equal((await rejects(() => prepare())).type, "keys-not-trusted");
  equal((await facts()).trust, "no");
  equal([(await sealKey())?.kid, before?.kid], [before?.kid, (await serverKey()).kid]);
  await signer("us");
  await prepare();
  equal((await facts()).trust, "yes");
});
