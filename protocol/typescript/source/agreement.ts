import { concat, fromHex, uint32, uint64, utf8, type Bytes } from "./bytes.ts";
import type { PhoneIdentity } from "./challenges.ts";
import { purposeHash, purposes, withPurpose, type Purpose } from "./hash.ts";
import { idBytes, type TenantId } from "./identifiers.ts";

// Sign-in without a network: phone and workstation compute one secret from their key pairs (X25519, RFC 7748), and a
// code from it (TOTP, RFC 6238). Private keys stay CryptoKeys that cannot be exported.

export const codePeriodSeconds = 30;
const codeDigits = 8;
export const questionForm = /^[0-9]{8}$/;
const pkcs8Head = fromHex("302e020100300506032b656e04220420");
const basePoint = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 9 : 0));
const crockford = "0123456789abcdefghjkmnpqrstvwxyz";

export interface AgreementKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: Bytes;
}

/** Takes the bytes over: they are wiped. */
export async function importAgreementKey(secret: Bytes): Promise<AgreementKey> {
  const encoded = concat(pkcs8Head, secret);
  try {
    const privateKey = await crypto.subtle.importKey("pkcs8", encoded, { name: "X25519" }, false, ["deriveBits"]);
    return { privateKey, publicKey: await agree(privateKey, basePoint) };
  } finally {
    encoded.fill(0);
    secret.fill(0);
  }
}

/** The agreement key of WIRE.md section 7 from the passkey's PRF output, which is wiped. */
export async function deriveAgreementKey(prfOutput: Bytes, phone: PhoneIdentity): Promise<AgreementKey> {
  try {
    const info = withPurpose(purposes.phoneAgreement, idBytes(phone.team), idBytes(phone.technician), uint32(phone.serial));
    return await importAgreementKey(await hkdf(prfOutput, info));
  } finally {
    prfOutput.fill(0);
  }
}

export interface Workstation {
  readonly tenant: TenantId;
  readonly agreementKey: Bytes;
}

/** A key that makes codes and cannot leave: HMAC over the offline secret. */
export async function offlineCodeKey(own: AgreementKey, workstation: Workstation): Promise<CryptoKey> {
  const secret = await offlineSecret(own, workstation, purposes.offlineTotp);
  try {
    return await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  } finally {
    secret.fill(0);
  }
}

export async function offlineSecret(own: AgreementKey, workstation: Workstation, purpose: Purpose): Promise<Bytes> {
  const shared = await agree(own.privateKey, workstation.agreementKey);
  try {
    return await hkdf(shared, withPurpose(purpose, idBytes(workstation.tenant), workstation.agreementKey, own.publicKey));
  } finally {
    shared.fill(0);
  }
}

export function codeStep(milliseconds: number): number {
  return Math.floor(milliseconds / 1000 / codePeriodSeconds);
}

export async function codeAt(key: CryptoKey, step: number): Promise<string> {
  return codeFrom(new Uint8Array(await crypto.subtle.sign("HMAC", key, uint64(step))), codeDigits);
}

/** RFC 4226 section 5.3; the input is wiped. */
export function codeFrom(mac: Bytes, digits: number): string {
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = new DataView(mac.buffer).getUint32(offset) & 0x7fffffff;
  mac.fill(0);
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** OCRA-1:HOTP-SHA256-8:QN08 (RFC 6287): needs no clock, for a workstation that does not trust its own. */
export async function answerQuestion(own: AgreementKey, workstation: Workstation, question: string): Promise<string> {
  const secret = await offlineSecret(own, workstation, purposes.offlineChallenge);
  try {
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return await ocraAnswer(key, question);
  } finally {
    secret.fill(0);
  }
}

export async function ocraAnswer(key: CryptoKey, question: string): Promise<string> {
  if (!questionForm.test(question)) throw new RangeError("a question has eight digits");
  const number = Number(question).toString(16).padEnd(256, "0");
  const mac = await crypto.subtle.sign("HMAC", key, concat(utf8("OCRA-1:HOTP-SHA256-8:QN08\0"), fromHex(number)));
  return codeFrom(new Uint8Array(mac), codeDigits);
}

/** Two digits both ends show, so that a key mismatch is seen before a code fails. */
export async function keyId(deviceAgreementKey: Bytes, phoneAgreementKey: Bytes): Promise<string> {
  return crockfordDigits(await purposeHash(purposes.keyId, deviceAgreementKey, phoneAgreementKey));
}

export function crockfordDigits(digest: Bytes): string {
  const bits = (((digest[0] ?? 0) << 8) | (digest[1] ?? 0)) >> 6;
  return crockford.charAt(bits >> 5) + crockford.charAt(bits & 31);
}

export async function agree(privateKey: CryptoKey, publicKey: Bytes): Promise<Bytes> {
  const point = await crypto.subtle.importKey("raw", publicKey, { name: "X25519" }, false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: point }, privateKey, 256));
}

export async function hmac(key: Bytes, message: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

export async function hkdf(material: Bytes, info: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", material, "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
}
