import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { codeAt, codeStep, deriveAgreementKey, importAgreementKey, keyId, offlineCodeKey, offlineSecret } from "./agreement.ts";
import { concat, fromHex, hex, utf8 } from "./bytes.ts";
import { agreementProofChallenge, signInChallenge, unlockChallenge } from "./challenges.ts";
import { purposes } from "./hash.ts";
import { parseId, type TeamId, type TechnicianId, type TenantId } from "./identifiers.ts";

const tenant = parseId("019aa8f0-0000-7000-8000-000000000001") as TenantId;
const phone = {
  team: parseId("019aa8f0-0000-7000-8000-000000000002") as TeamId,
  technician: parseId("019aa8f0-0000-7000-8000-000000000003") as TechnicianId,
  serial: 1,
};

// RFC 7748 section 6.1.
test("the public key of a private one is computed without ever exporting it", async () => {
  const alice = await importAgreementKey(fromHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  expect(hex(alice.publicKey)).toBe("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  await expect(crypto.subtle.exportKey("pkcs8", alice.privateKey)).rejects.toThrow();
});

// RFC 6238 appendix B, SHA-256.
test.each([
  [59, "46119246"], [1_111_111_109, "68084774"], [1_111_111_111, "67062674"],
  [1_234_567_890, "91819424"], [2_000_000_000, "90698825"], [20_000_000_000, "77737706"],
])("the code at %d s is %s", async (seconds, code) => {
  const secret = utf8("12345678901234567890123456789012");
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  expect(await codeAt(key, codeStep(seconds * 1000))).toBe(code);
});

test("both ends compute one secret, and another one for another purpose or tenant", async () => {
  const device = await importAgreementKey(crypto.getRandomValues(new Uint8Array(32)));
  const own = await deriveAgreementKey(crypto.getRandomValues(new Uint8Array(32)), phone);
  const workstation = { tenant, agreementKey: device.publicKey };
  const secret = await offlineSecret(own, workstation, purposes.offlineTotp);

  const point = await crypto.subtle.importKey("raw", own.publicKey, { name: "X25519" }, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "X25519", public: point }, device.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const tenantBytes = fromHex(tenant.replaceAll("-", ""));
  const info = concat(utf8("doorward/offline-totp/1"), Uint8Array.of(0), tenantBytes, device.publicKey, own.publicKey);
  const expected = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info }, material, 256);
  expect(hex(secret)).toBe(hex(new Uint8Array(expected)));

  expect(hex(await offlineSecret(own, workstation, purposes.offlineChallenge))).not.toBe(hex(secret));
  const elsewhere = { tenant: parseId("019aa8f0-0000-7000-8000-000000000009") as TenantId, agreementKey: device.publicKey };
  expect(hex(await offlineSecret(own, elsewhere, purposes.offlineTotp))).not.toBe(hex(secret));
});

test("the agreement key depends on team, technician and serial, and its inputs are wiped", async () => {
  const output = () => Uint8Array.from({ length: 32 }, () => 7);
  const prf = output();
  const first = await deriveAgreementKey(prf, phone);
  expect(prf.every((byte) => byte === 0)).toBe(true);
  expect((await deriveAgreementKey(output(), phone)).publicKey).toEqual(first.publicKey);
  expect((await deriveAgreementKey(output(), { ...phone, serial: 2 })).publicKey).not.toEqual(first.publicKey);
  await expect(crypto.subtle.exportKey("pkcs8", first.privateKey)).rejects.toThrow();
});

test("a device key of small order gives no code", async () => {
  const own = await importAgreementKey(crypto.getRandomValues(new Uint8Array(32)));
  await expect(offlineCodeKey(own, { tenant, agreementKey: new Uint8Array(32) })).rejects.toThrow();
});

test("the key id is two digits of Crockford's alphabet", async () => {
  const id = await keyId(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2));
  const digest = createHash("sha256").update("doorward/key-id/1\0").update(Buffer.alloc(32, 1)).update(Buffer.alloc(32, 2)).digest();
  const bits = digest.readUInt16BE(0) >> 6;
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  expect(id).toBe(`${alphabet.charAt(bits >> 5)}${alphabet.charAt(bits & 31)}`);
});

test("a sign-in challenge binds the number, which has two digits", async () => {
  const body = utf8("{}");
  const expected = createHash("sha256").update("doorward/sign-in/1\0{}47").digest();
  expect(hex(await signInChallenge(body, 47))).toBe(expected.toString("hex"));
  for (const wrong of [9, 100, 47.5, Number.NaN]) expect(() => signInChallenge(body, wrong)).toThrow(RangeError);
});

test("the proof binds team, technician, key and serial", async () => {
  const key = new Uint8Array(32).fill(5);
  const digest = createHash("sha256")
    .update("doorward/agreement-key/1\0")
    .update(Buffer.from(phone.team.replaceAll("-", ""), "hex"))
    .update(Buffer.from(phone.technician.replaceAll("-", ""), "hex"))
    .update(key)
    .update(Buffer.from([0, 0, 0, 1]));
  expect(hex(await agreementProofChallenge(phone, key))).toBe(digest.digest("hex"));
});

test("no two unlocking challenges are alike", async () => {
  expect(await unlockChallenge()).not.toEqual(await unlockChallenge());
});
