import { uint32, utf8, type Bytes } from "./bytes.ts";
import { purposeHash, purposes } from "./hash.ts";
import { idBytes, type PairingId, type TeamId, type TechnicianId } from "./identifiers.ts";

// Every WebAuthn challenge of the phone. The app computes them itself: nobody else chooses what the passkey signs.

export interface PhoneIdentity {
  readonly team: TeamId;
  readonly technician: TechnicianId;
  readonly serial: number;
}

export function pairingChallenge(pairing: PairingId, technician: TechnicianId, secret: Bytes): Promise<Bytes> {
  return purposeHash(purposes.pair, idBytes(pairing), idBytes(technician), secret);
}

export function agreementProofChallenge(phone: PhoneIdentity, agreementKey: Bytes): Promise<Bytes> {
  return purposeHash(purposes.agreementKey, idBytes(phone.team), idBytes(phone.technician), agreementKey, uint32(phone.serial));
}

export function sessionChallenge(nonce: Bytes): Promise<Bytes> {
  return purposeHash(purposes.appSession, nonce);
}

/** Local: nobody checks it, so it must not be of use to anybody. */
export function unlockChallenge(): Promise<Bytes> {
  return purposeHash(purposes.unlock, crypto.getRandomValues(new Uint8Array(32)));
}

/** The number stands on the workstation only; the person carries it over. */
export function signInChallenge(requestBody: Bytes, number: number): Promise<Bytes> {
  if (!Number.isInteger(number) || number < 10 || number > 99) throw new RangeError("the number has two digits");
  return purposeHash(purposes.signIn, requestBody, utf8(String(number)));
}

/** The input of the passkey's PRF from which the agreement key is made. */
export function phoneAgreementInput(phone: PhoneIdentity): Promise<Bytes> {
  return purposeHash(purposes.phoneAgreement, idBytes(phone.team), idBytes(phone.technician), uint32(phone.serial));
}
