import { decodeBase64url, idBytes, parseId, purposeHash, purposes } from "@doorward/protocol";

// The page computes every challenge itself, so that a passkey never signs bytes somebody else chose.

/** `H(admin-session, nonce)` */
export async function sessionChallenge(nonce: string) {
  return purposeHash(purposes.adminSession, bytesOf(nonce));
}

/** `H(admin-register, technician 16, secret 32)` */
export async function registrationChallenge(technicianId: string, secret: string) {
  return purposeHash(purposes.adminRegister, bytesOfId(technicianId), bytesOf(secret));
}

/** `H(change, change id 16 | bytes of the change as shown)` */
export async function changeChallenge(changeId: string, payload: string) {
  const shown = decodeBase64url(payload);
  if (shown === null || shown.length === 0) throw new TypeError("no change");
  return purposeHash(purposes.change, bytesOfId(changeId), shown);
}

export function bytesOfId(id: string) {
  const parsed = parseId(id);
  if (parsed === null) throw new TypeError("not an id");
  return idBytes(parsed);
}

function bytesOf(text: string) {
  const bytes = decodeBase64url(text);
  if (bytes === null || bytes.length !== 32) throw new TypeError("not 32 bytes");
  return bytes;
}
