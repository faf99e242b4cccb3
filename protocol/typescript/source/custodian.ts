import { hkdf, importAgreementKey, type AgreementKey } from "./agreement.ts";
import { concat, type Bytes } from "./bytes.ts";
import { purposeHash, purposes, withPurpose } from "./hash.ts";
import { openSealed } from "./hpke.ts";
import { idBytes, type TeamId, type TechnicianId } from "./identifiers.ts";

// Halves of break-glass codes: sealed by the workstation to a key that an administrator's passkey makes by its PRF, and
// opened in that administrator's browser.

export interface CustodianIdentity {
  readonly team: TeamId;
  readonly technician: TechnicianId;
}

/** The input of the passkey's PRF. */
export function custodianInput({ team, technician }: CustodianIdentity): Promise<Bytes> {
  return purposeHash(purposes.custodianAgreement, idBytes(team), idBytes(technician));
}

/** What the passkey answers for its agreement key. */
export function custodianKeyChallenge({ team, technician }: CustodianIdentity, agreementKey: Bytes): Promise<Bytes> {
  return purposeHash(purposes.custodianKey, idBytes(team), idBytes(technician), agreementKey);
}

/** From the PRF's output, which is wiped. */
export async function deriveCustodianKey(prfOutput: Bytes, { team, technician }: CustodianIdentity): Promise<AgreementKey> {
  try {
    const info = withPurpose(purposes.custodianAgreement, idBytes(team), idBytes(technician));
    return await importAgreementKey(await hkdf(prfOutput, info));
  } finally {
    prfOutput.fill(0);
  }
}

/** Rejects where it was not sealed for this key and context. */
export async function openHalf(own: AgreementKey, context: Bytes, sealed: Bytes): Promise<string> {
  const text = await openSealed(own, purposes.breakGlassSeal, context, sealed);
  if (text === null) throw new Error("not sealed for this key");
  return new TextDecoder("utf-8", { fatal: true }).decode(text);
}

/** Which code of which workstation, for whom: ids as 16 bytes each. */
export function halfContext(device: Bytes, order: Bytes, technician: Bytes): Bytes {
  return concat(device, order, technician);
}
