import { agree, codeFrom, crockfordDigits, hmac, type AgreementKey } from "./agreement.ts";
import { concat, fromHex, uint64, utf8, type Bytes } from "./bytes.ts";
import { purposeHash, purposes, withPurpose } from "./hash.ts";
import { idBytes, type TenantId, type TenantSecretId } from "./identifiers.ts";

// Codes of a customer that has one secret for all its workstations: TOTP with SHA-1, 6 digits. The portal seals the
// secret to the phone's agreement key by HPKE (RFC 9180): base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.

export interface TenantSecretName {
  readonly tenant: TenantId;
  readonly secret: TenantSecretId;
}

const codeDigits = 6;
const encapsulatedSize = 32;
const tagSize = 16;
const version = utf8("HPKE-v1");
const kemSuite = concat(utf8("KEM"), fromHex("0020"));
const suite = concat(utf8("HPKE"), fromHex("002000010001"));
const none = new Uint8Array(0);

/** Two digits that prompt, app and authenticator show. */
export async function tenantKeyId(name: TenantSecretName): Promise<string> {
  return crockfordDigits(await purposeHash(purposes.tenantCodeName, idBytes(name.tenant), idBytes(name.secret)));
}

/** A key that makes the customer's codes and cannot leave. Null where it was not sealed for this phone. */
export async function tenantCodeKey(own: AgreementKey, name: TenantSecretName, sealed: Bytes): Promise<CryptoKey | null> {
  const secret = await openTenantSecret(own, name, sealed);
  if (secret === null) return null;
  try {
    return await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  } finally {
    secret.fill(0);
  }
}

/** Whoever asks wipes it. */
export async function openTenantSecret(own: AgreementKey, name: TenantSecretName, sealed: Bytes): Promise<Bytes | null> {
  if (sealed.length < encapsulatedSize + tagSize) return null;
  return await hpkeOpen(own, withPurpose(purposes.tenantCode, idBytes(name.tenant), idBytes(name.secret)), none, sealed);
}

export async function tenantCodeAt(key: CryptoKey, step: number): Promise<string> {
  return codeFrom(new Uint8Array(await crypto.subtle.sign("HMAC", key, uint64(step))), codeDigits);
}

export async function hpkeOpen(own: AgreementKey, info: Bytes, associated: Bytes, sealed: Bytes): Promise<Bytes | null> {
  const encapsulated = sealed.slice(0, encapsulatedSize);
  try {
    const agreed = await agree(own.privateKey, encapsulated);
    const shared = await expand(await extract(none, "eae_prk", agreed, kemSuite), "shared_secret", concat(encapsulated, own.publicKey), 32, kemSuite);
    agreed.fill(0);
    const context = concat(Uint8Array.of(0), await extract(none, "psk_id_hash", none), await extract(none, "info_hash", info));
    const secret = await extract(shared, "secret", none);
    shared.fill(0);
    const [bytes, iv] = [await expand(secret, "key", context, 16), await expand(secret, "base_nonce", context, 12)];
    secret.fill(0);
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["decrypt"]);
    bytes.fill(0);
    const parameters = { name: "AES-GCM", iv, additionalData: associated };
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed.slice(encapsulatedSize)));
  } catch {
    return null;
  }
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
