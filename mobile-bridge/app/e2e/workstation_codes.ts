import { createCipheriv, createHmac, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject } from "node:crypto";
import { fromHex, idBytes, purposes, uint64, utf8, withPurpose, type Bytes, type Purpose, type TenantSecretName } from "@doorward/protocol";
import { rawPublic, type FakeWorkstation } from "./fake_relay.ts";

// The workstation's half of codes and answers, computed with Node's own primitives.

export function codeOf(workstation: FakeWorkstation, phoneKey: Bytes, step: number): string {
  return digitsOf(secretOf(workstation, phoneKey, purposes.offlineTotp), uint64(step));
}

export function answerOf(workstation: FakeWorkstation, phoneKey: Bytes, question: string): string {
  const number = fromHex(Number(question).toString(16).padEnd(256, "0"));
  const data = Buffer.concat([utf8("OCRA-1:HOTP-SHA256-8:QN08\0"), number]);
  return digitsOf(secretOf(workstation, phoneKey, purposes.offlineChallenge), data);
}

export function tenantCodeOf(secret: Bytes, step: number): string {
  const mac = createHmac("sha1", secret).update(uint64(step)).digest();
  return String((mac.readUInt32BE((mac[19] ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** RFC 9180, base mode, X25519, HKDF-SHA256, AES-128-GCM: what the portal does. */
export function sealedFor(phoneKey: Bytes, name: TenantSecretName, secret: Bytes): Bytes {
  const ephemeral = generateKeyPairSync("x25519");
  const encapsulated = rawPublic(ephemeral.publicKey);
  const [kem, suite] = [Buffer.from("4b454d0020", "hex"), Buffer.from("48504b45002000010001", "hex")];
  const mac = (key: Uint8Array, ...parts: Uint8Array[]) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
  const extract = (salt: Uint8Array, label: string, material: Uint8Array, of: Uint8Array) => mac(salt, utf8("HPKE-v1"), of, utf8(label), material);
  const expand = (key: Uint8Array, label: string, info: Uint8Array, size: number, of: Uint8Array) =>
    mac(key, Uint8Array.of(0, size), utf8("HPKE-v1"), of, utf8(label), info, Uint8Array.of(1)).subarray(0, size);
  const none = new Uint8Array(0);
  const agreed = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: publicKeyOf(phoneKey) });
  const shared = expand(extract(none, "eae_prk", agreed, kem), "shared_secret", Buffer.concat([encapsulated, phoneKey]), 32, kem);
  const info = withPurpose(purposes.tenantCode, idBytes(name.tenant), idBytes(name.secret));
  const context = Buffer.concat([Uint8Array.of(0), extract(none, "psk_id_hash", none, suite), extract(none, "info_hash", info, suite)]);
  const key = extract(shared, "secret", none, suite);
  const cipher = createCipheriv("aes-128-gcm", expand(key, "key", context, 16, suite), expand(key, "base_nonce", context, 12, suite));
  return new Uint8Array(Buffer.concat([encapsulated, cipher.update(secret), cipher.final(), cipher.getAuthTag()]));
}

function publicKeyOf(raw: Bytes): KeyObject {
  return createPublicKey({ key: Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), raw]), format: "der", type: "spki" });
}

function secretOf(workstation: FakeWorkstation, phoneKey: Bytes, purpose: Purpose): Buffer {
  const shared = diffieHellman({ privateKey: workstation.agreement.privateKey, publicKey: publicKeyOf(phoneKey) });
  const info = withPurpose(purpose, idBytes(workstation.tenantId), rawPublic(workstation.agreement.publicKey), phoneKey);
  return Buffer.from(hkdfSync("sha256", shared, Buffer.alloc(0), info, 32));
}

function digitsOf(secret: Buffer, data: Uint8Array): string {
  const mac = createHmac("sha256", secret).update(data).digest();
  const offset = (mac[31] ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 100_000_000).padStart(8, "0");
}
