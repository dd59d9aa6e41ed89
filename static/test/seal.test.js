import { folio, parseFolio } from "../crypto/folio.js";
import { textHash } from "../crypto/hash.js";
import { MAX_RECORD_BYTES, SIZE_CLASSES, fromBase64url, seal, toBase64url } from "../crypto/seal.js";
import { uuidBytes, uuidv7 } from "../crypto/uuid.js";
import { syncBody } from "../sync/wire.js";
import { record } from "./fixture.js";
import { equal, ok, rejects, serverKey, test } from "./harness.js";

/** Opens a batch with the server's own code. @param {import("../store/outbox.js").Envelope[]} envelopes */
async function opened(envelopes) {
  const reply = await fetch("/harness/open", { method: "POST", body: syncBody({ device: "d", cursor: "c" }, envelopes) });
  return reply.json();
}

test("seal: what is sealed here opens in Go, and is the same record", async () => {
  const key = await serverKey();
  const one = record({ text: "Ñandú ꞌ ʼ 🌽", nested: { b: [1, 2.5, null], a: true } });
  const { device, cursor, records } = await opened([await seal(one, key), await seal(record(), key)]);
  equal([device, cursor, records.length], ["d", "c", 2]);
  equal([records[0].id, records[0].plain], [one.id, one]);
});

test("seal: the same record sealed twice has other bytes and the same content", async () => {
  const key = await serverKey();
  const one = record();
  const [a, b] = [await seal(one, key), await seal(one, key)];
  ok(toBase64url(a.ct) !== toBase64url(b.ct) && toBase64url(a.enc) !== toBase64url(b.enc));
  const { records } = await opened([a, b]);
  equal(records[0].hash, records[1].hash);
});

test("seal: the length does not tell a long path from a short one", async () => {
  const key = await serverKey();
  equal((await seal(record(), key)).ct.length, SIZE_CLASSES[0]);
  equal((await seal(record({ answers: Array.from({ length: 80 }, (_, i) => ({ item: `item_${i}`, value: "no" })) }), key)).ct.length, SIZE_CLASSES[0]);
  for (const size of [10_000, 20_000, 40_000]) {
    const random = toBase64url(crypto.getRandomValues(new Uint8Array(size * 3 / 4)));
    ok(SIZE_CLASSES.includes((await seal(record({ random }), key)).ct.length), `${size}`);
  }
});

test("seal: a record that is too large is refused before it is sealed", async () => {
  const problem = await rejects(async () => seal(record({ text: "a".repeat(MAX_RECORD_BYTES) }), await serverKey()));
  equal([problem.type, problem.args.max], ["record-too-large", MAX_RECORD_BYTES]);
});

test("seal: an envelope is bound to its id", async () => {
  const envelope = await seal(record(), await serverKey());
  const { error } = await opened([{ ...envelope, id: uuidv7() }]);
  ok(error, "it opened under another id");
});

test("folio: equal to Go's, and what people make of it", async () => {
  const ids = Array.from({ length: 200 }, () => uuidv7());
  const theirs = await (await fetch("/harness/folios", { method: "POST", body: JSON.stringify(ids) })).json();
  equal(await Promise.all(ids.map(folio)), theirs);
  for (const one of theirs) {
    equal(parseFolio(one), one);
    equal(parseFolio(` ${one.toLowerCase().replaceAll("-", " ")}`), one);
    equal(parseFolio(one.replaceAll("0", "O").replaceAll("1", "l")), one);
    const wrong = (one[0] === "7" ? "8" : "7") + one.slice(1);
    equal(parseFolio(wrong), null, "one wrong character is seen");
  }
  for (const none of ["", "XXXX", "UUUU-UUUU-U", "0000-0000-00"]) equal(parseFolio(none), null, none);
});

test("uuid: version 7, in the order of time, 16 bytes", () => {
  const [a, b] = [uuidv7(1_000_000_000_000), uuidv7(1_000_000_000_001)];
  ok(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(a), a);
  ok(a < b && a.startsWith("00e8d4a5-1000"), a);
  equal(uuidBytes("00010203-0405-0607-0809-0a0b0c0d0e0f"), Uint8Array.from({ length: 16 }, (_, i) => i));
  for (const bad of ["", "00010203", "zz010203-0405-0607-0809-0a0b0c0d0e0f"]) {
    let failed = false;
    try {
      uuidBytes(bad);
    } catch {
      failed = true;
    }
    ok(failed, bad);
  }
});

test("base64url: both ways, every byte", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  equal(fromBase64url(toBase64url(all)), all);
});

test("text hash: of the NFC form", async () => {
  equal(await textHash("\u0041\u0301"), await textHash("\u00c1"));
});
