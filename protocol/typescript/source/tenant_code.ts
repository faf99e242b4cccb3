import { codeFrom, crockfordDigits, type AgreementKey } from "./agreement.ts";
import { concat, uint64, type Bytes } from "./bytes.ts";
import { purposeHash, purposes } from "./hash.ts";
import { openSealed } from "./hpke.ts";
import { idBytes, type TenantId, type TenantSecretId } from "./identifiers.ts";

// Codes of a customer that has one secret for all its workstations: TOTP with SHA-1, 6 digits. The portal seals the
// secret to the phone's agreement key.

export interface TenantSecretName {
  readonly tenant: TenantId;
  readonly secret: TenantSecretId;
}

const codeDigits = 6;
const base32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

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
  return await openSealed(own, purposes.tenantCode, concat(idBytes(name.tenant), idBytes(name.secret)), sealed);
}

export async function tenantCodeAt(key: CryptoKey, step: number): Promise<string> {
  return codeFrom(new Uint8Array(await crypto.subtle.sign("HMAC", key, uint64(step))), codeDigits);
}

/** What an authenticator app scans, as otpauth_uri() of protocol/tenant_code.h makes it; as secret as what it holds. */
export async function otpauthUri(teamName: string, tenantName: string, name: TenantSecretName, secret: Bytes): Promise<string> {
  const issuer = percentEncoded(teamName);
  const label = percentEncoded(`${tenantName}·${await tenantKeyId(name)}`);
  return `otpauth://totp/${issuer}:${label}?secret=${base32(secret)}&issuer=${issuer}&algorithm=SHA1&digits=6&period=30`;
}

/** RFC 3986, section 2: everything but unreserved characters. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** RFC 4648 section 6, without padding. */
function base32(bytes: Bytes): string {
  let [text, pending, bits] = ["", 0, 0];
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += base32Digits.charAt((pending >> (bits - 5)) & 31);
    pending &= 0xff;
  }
  return bits === 0 ? text : text + base32Digits.charAt((pending << (5 - bits)) & 31);
}
