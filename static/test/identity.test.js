import { IDENTITY_CT, LIMITS, MAX_IDENTITY_BYTES, identityBytes, sealIdentity } from "../crypto/identity.js";
import { longEnough, makeKey, makeOwn, openIdentity, openOwn, openShare, sealShare } from "../crypto/reviewers.js";
import { fromBase64url } from "../crypto/seal.js";
import { uuidv7 } from "../crypto/uuid.js";
import { argon2 } from "../store/vault.js";
import { equal, ok, rejects, test } from "./harness.js";

const PASSPHRASE = "cinco palabras que nadie adivina";
const AT = "2026-11-25T10:00:00.000-06:00";

const who = () => ({ name: "Xóchitl Ñuñez", contacts: [{ kind: "phone", value: "555 123" }, { kind: "other", value: " " }], safe: { where: "mercado", when: "domingo", how: "sola" }, notes: "no llamar" });

/** A reviewer with an own key. @param {string} user */
async function reviewer(user) {
  const kept = await makeOwn(PASSPHRASE, argon2);
  return { user, kept, own: await openOwn(kept, PASSPHRASE, argon2) };
}

test("identity: what was sealed opens with a share that two persons passed on", async () => {
  const [ana, eva] = [await reviewer("u-ana"), await reviewer("u-eva")];
  const { body, secrets } = await makeKey({ agency: "a", user: ana.user, own: ana.kept.public_key, before: null });
  const mine = await openShare({ kid: secrets.kid, sealed: body.share }, body.public_key, ana.own, ana.user);
  equal(mine, secrets);
  const passed = await sealShare(mine, eva.kept.public_key, eva.user);
  const hers = await openShare({ kid: secrets.kid, sealed: passed }, body.public_key, eva.own, eva.user);
  const id = uuidv7();
  const envelope = await sealIdentity(who(), id, { kid: secrets.kid, public_key: body.public_key }, AT);
  const { contacts, ...rest } = who();
  equal(await openIdentity(envelope, hers), { v: 1, ...rest, contacts: contacts.slice(0, 1), collected_at: AT });
  for (const wrong of [{ ...envelope, id: uuidv7() }, { ...envelope, ct: envelope.ct.replace(/^..../, "AAAA") }]) {
    equal((await rejects(() => openIdentity(wrong, hers))).type, "identity-closed");
  }
  await rejects(() => openShare({ kid: secrets.kid, sealed: passed }, body.public_key, eva.own, "u-otra"));
  await rejects(() => openShare({ kid: secrets.kid, sealed: passed }, body.public_key, ana.own, eva.user));
});

test("identity: all are of one length, and what always fits is told before", async () => {
  const { body, secrets } = await makeKey({ agency: "a", user: "u", own: (await reviewer("u")).kept.public_key, before: null });
  const key = { kid: secrets.kid, public_key: body.public_key };
  const random = () => Array.from(crypto.getRandomValues(new Uint16Array(4000)), (n) => String.fromCharCode(33 + (n % 90))).join("");
  const full = { ...who(), notes: "" };
  full.notes = random().replaceAll(/["\\]/g, "x").slice(0, MAX_IDENTITY_BYTES - identityBytes(full));
  equal(identityBytes(full), MAX_IDENTITY_BYTES);
  for (const one of [who(), full]) equal(fromBase64url((await sealIdentity(one, uuidv7(), key, AT)).ct).length, IDENTITY_CT);
  const problem = await rejects(() => sealIdentity({ ...full, notes: full.notes + "x" }, uuidv7(), key, AT));
  equal([problem.type, problem.args.max], ["identity-too-long", LIMITS.bytes]);
});

test("identity: an own key opens with its passphrase alone", async () => {
  const kept = await makeOwn(PASSPHRASE, argon2);
  equal((await rejects(() => openOwn(kept, PASSPHRASE + "x", argon2))).type, "passphrase-wrong");
  const { public_key } = await makeOwn(PASSPHRASE, argon2);
  equal((await rejects(() => openOwn({ ...kept, public_key }, PASSPHRASE, argon2))).type, "passphrase-wrong");
  ok(!JSON.stringify(kept).includes(PASSPHRASE));
  equal([longEnough("corta"), longEnough("a b c d e f"), longEnough("lluvia mesa cobre nube faro"), longEnough("x".repeat(16))], [false, false, true, true]);
  equal((await rejects(() => makeOwn("corta", argon2))).type, "passphrase-short");
});

test("identity: a next key is signed by the one before", async () => {
  const ana = await reviewer("u-ana");
  const first = await makeKey({ agency: "a", user: ana.user, own: ana.kept.public_key, before: null });
  const next = await makeKey({ agency: "a", user: ana.user, own: ana.kept.public_key, before: first.secrets });
  equal(next.body.signed_by, first.secrets.kid);
  const key = await crypto.subtle.importKey("raw", fromBase64url(first.body.verify_key), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const text = `umbral/1 reviewers-key\na\n${next.secrets.kid}\n${next.body.public_key}\n${next.body.verify_key}\n`;
  ok(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, fromBase64url(next.body.signature), new TextEncoder().encode(text)));
});

/** Go's own code for identities and shares. @param {object} what */
async function go(what) {
  const reply = await fetch("/harness/identity", { method: "POST", body: JSON.stringify(what) });
  if (!reply.ok) throw new Error(await reply.text());
  return reply.json();
}

test("identity: Go opens what is sealed here, and here opens what Go sealed", async () => {
  const ana = await reviewer("u-ana");
  const { body, secrets } = await makeKey({ agency: "a", user: ana.user, own: ana.kept.public_key, before: null });
  const key = { kid: secrets.kid, public_key: body.public_key };
  const id = uuidv7();
  const { contacts, ...rest } = who();
  const whole = { v: 1, ...rest, contacts: contacts.slice(0, 1), collected_at: AT };
  const envelope = await sealIdentity(who(), id, key, AT);
  equal(JSON.parse(await go({ private_key: secrets.private_key, envelope })), whole);
  equal(await openIdentity(await go({ ...key, id, plain: JSON.stringify(whole) }), secrets), whole);
  await rejects(() => go({ private_key: secrets.private_key, envelope: { ...envelope, id: uuidv7() } }));

  const parts = JSON.stringify({ private_key: secrets.private_key, sign_key: secrets.sign_key });
  const fromGo = await go({ public_key: ana.kept.public_key, kid: secrets.kid, user: ana.user, plain: parts });
  equal(await openShare({ kid: secrets.kid, sealed: fromGo }, body.public_key, ana.own, ana.user), secrets);
  const other = await makeKey({ agency: "a", user: "u-go", own: body.public_key, before: null });
  const opened = await go({ private_key: secrets.private_key, kid: other.secrets.kid, user: "u-go", sealed: other.body.share });
  equal(JSON.parse(opened), { private_key: other.secrets.private_key, sign_key: other.secrets.sign_key });
});
