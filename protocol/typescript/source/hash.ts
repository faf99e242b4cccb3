import { concat, utf8, type Bytes } from "./bytes.ts";

// The texts of crypto/purpose.h that a phone, the admin UI or a test of them needs.
export const purposes = {
  adminRegister: "doorward/admin-register/1",
  adminSession: "doorward/admin-session/1",
  agreementKey: "doorward/agreement-key/1",
  appSession: "doorward/app-session/1",
  breakGlassHalf: "doorward/break-glass-half/1",
  breakGlassSeal: "doorward/break-glass-seal/1",
  change: "doorward/change/1",
  custodianAgreement: "doorward/custodian-agreement/1",
  custodianKey: "doorward/custodian-key/1",
  keyId: "doorward/key-id/1",
  offlineChallenge: "doorward/offline-challenge/1",
  offlineTotp: "doorward/offline-totp/1",
  pair: "doorward/pair/1",
  phoneAgreement: "doorward/phone-agreement/1",
  signIn: "doorward/sign-in/1",
  signInRequest: "doorward/sign-in-request/1",
  tenantCode: "doorward/tenant-code/1",
  tenantCodeName: "doorward/tenant-code-name/1",
  unlock: "doorward/unlock/1",
} as const;

export type Purpose = (typeof purposes)[keyof typeof purposes];

/** `purpose text | 0x00 | parts`: what is hashed, signed or named in a derivation. */
export function withPurpose(purpose: Purpose, ...parts: readonly Uint8Array[]): Bytes {
  return concat(utf8(purpose), Uint8Array.of(0), ...parts);
}

/** H of WIRE.md section 1. */
export async function purposeHash(purpose: Purpose, ...parts: readonly Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", withPurpose(purpose, ...parts)));
}
