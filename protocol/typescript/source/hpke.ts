import { agree, hmac, type AgreementKey } from "./agreement.ts";
import { concat, fromHex, utf8, type Bytes } from "./bytes.ts";
import { withPurpose, type Purpose } from "./hash.ts";

// HPKE (RFC 9180) as in crypto/hpke.h: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM; sealed by
// portal and workstations, opened here.

const encapsulatedSize = 32;
const tagSize = 16;
const version = utf8("HPKE-v1");
const kemSuite = concat(utf8("KEM"), fromHex("0020"));
const suite = concat(utf8("HPKE"), fromHex("002000010001"));
const none = new Uint8Array(0);

/** Null where it was not sealed for this key, purpose and context. Whoever asks wipes it. */
export async function openSealed(own: AgreementKey, purpose: Purpose, context: Bytes, sealed: Bytes): Promise<Bytes | null> {
  return await hpkeOpen(own, withPurpose(purpose, context), none, sealed);
}

/** With the RFC's own inputs, for its vectors. */
export async function hpkeOpen(own: AgreementKey, info: Bytes, associated: Bytes, sealed: Bytes): Promise<Bytes | null> {
  if (sealed.length < encapsulatedSize + tagSize) return null;
  const encapsulated = sealed.slice(0, encapsulatedSize);
  try {
    const [key, iv] = await schedule(await agree(own.privateKey, encapsulated), concat(encapsulated, own.publicKey), info);
    const parameters = { name: "AES-GCM", iv, additionalData: associated };
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed.slice(encapsulatedSize)));
  } catch {
    return null;
  }
}

/** ExtractAndExpand of section 4.1, then the key schedule of section 5.1 in base mode; wipes what was agreed. */
async function schedule(agreed: Bytes, keys: Bytes, info: Bytes): Promise<[CryptoKey, Bytes]> {
  const extracted = await extract(none, "eae_prk", agreed, kemSuite);
  agreed.fill(0);
  const shared = await expand(extracted, "shared_secret", keys, 32, kemSuite);
  extracted.fill(0);
  const context = concat(Uint8Array.of(0), await extract(none, "psk_id_hash", none), await extract(none, "info_hash", info));
  const secret = await extract(shared, "secret", none);
  shared.fill(0);
  const bytes = await expand(secret, "key", context, 16);
  const nonce = await expand(secret, "base_nonce", context, 12);
  secret.fill(0);
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["decrypt"]);
  bytes.fill(0);
  return [key, nonce];
}

/** LabeledExtract; HMAC takes an empty salt for zeros, but WebCrypto wants to see them. */
async function extract(salt: Bytes, label: string, material: Bytes, of: Bytes = suite): Promise<Bytes> {
  return await hmac(salt.length === 0 ? new Uint8Array(32) : salt, concat(version, of, utf8(label), material));
}

/** LabeledExpand of at most one block. */
async function expand(key: Bytes, label: string, info: Bytes, size: number, of: Bytes = suite): Promise<Bytes> {
  const block = await hmac(key, concat(Uint8Array.of(0, size), version, of, utf8(label), info, Uint8Array.of(1)));
  const taken = block.slice(0, size);
  block.fill(0);
  return taken;
}
