import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import { deviceKey } from "../sync/proof.js";
import { sync } from "../sync/sync.js";
import { wipe, wiping } from "../sync/wipe.js";
import { sealSnapshot } from "../app/sealing.js";
import * as drafts from "../store/drafts.js";
import { all as snapshots } from "../store/snapshots.js";
import { enrolled, fill, newVault, record } from "./fixture.js";
import { equal, ok, received, script, test } from "./harness.js";

/** What ends the drafts of a test that has none. */
const nothing = async () => undefined;

test("wipe: all is sent, then said, then everything is gone", async () => {
  await enrolled();
  const before = (await deviceKey()).thumbprint;
  await caches.open("content of a test");
  await fill(30);
  await script([{ wipe: true }]);
  equal([(await sync()).state, await wiping()], ["done", true]);
  const more = await fill(3);
  let ended = 0;
  ok(await wipe(async () => { ended++; }), "nothing is left");
  const batches = await received();
  equal(batches.map((b) => b.wiping).filter(Boolean), [true], "said once");
  ok(batches[batches.length - 1].wiping && !batches[batches.length - 1].records.length, "at the end");
  const sent = batches.flatMap((b) => b.records.map((r) => r.id));
  ok(sent.length === 33 && more.every((id) => sent.includes(id)), "what was sealed at the last moment too");
  equal([ended, await caches.keys(), await settings.get("device"), await settings.get("pins"), await settings.get("session"), await wiping()], [1, [], undefined, undefined, undefined, false]);
  ok((await deviceKey()).thumbprint !== before, "the key of the device is gone");
});

test("wipe: nothing is erased while one record has no receipt", async () => {
  await enrolled();
  const [waiting] = await fill(2);
  await script([{ wipe: true, as: "refused", reason: "too_large", only: waiting }]);
  await sync();
  await script([{ as: "refused", reason: "too_large", only: waiting }]);
  equal(await wipe(nothing), false);
  equal([(await outbox.all()).map((r) => r.id), await wiping(), (await received()).some((b) => b.wiping)], [[waiting], true, false]);
  await script([{ lose: true }]);
  equal(await wipe(nothing), false, "a reply was lost");
  equal([(await outbox.all()).length, await wiping()], [1, true]);
  ok(await wipe(nothing), "the next turn has the receipt");
});

test("wipe: nothing is erased while the last state of a draft is not in the queue", async () => {
  await enrolled();
  await newVault();
  const one = record();
  await drafts.put({ id: one.id, kind: "screening" }, [{ draft: one.id, make: () => sealSnapshot(one) }]);
  await script([{ wipe: true }]);
  await sync();
  equal(await wipe(nothing), false, "the disk was full, or the vault's worker ended meanwhile");
  equal([(await snapshots()).length, await wiping(), (await received()).some((b) => b.wiping)], [1, true, false]);
});

test("wipe: the last word has to arrive; killed after it, the phone goes on erasing without a network", async () => {
  await enrolled();
  await script([{ wipe: true }]);
  await sync();
  await script([{}, { status: 503, type: "busy" }]);
  equal([await wipe(nothing), Boolean(await settings.get("device"))], [false, true]);
  await settings.put("wiping", "erasing"); // as a battery that dies here leaves it
  await script([{ status: 503, type: "busy" }]);
  ok(await wipe(async () => { throw new Error("all was handed over"); }));
  equal(await settings.get("device"), undefined);
});

test("wipe: a phone that nobody gave up is left alone", async () => {
  await enrolled();
  await sync();
  equal([await wiping(), await wipe(nothing), Boolean(await settings.get("device"))], [false, false, true]);
});
