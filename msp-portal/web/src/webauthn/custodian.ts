import {
  type AgreementKey,
  custodianInput,
  custodianKeyChallenge,
  decodeBase64url,
  deriveCustodianKey,
  encodeBase64url,
  halfContext,
  openHalf,
  parseId,
} from "@doorward/protocol";
import type { components } from "../api/schema";
import { bytesOfId } from "./challenges";
import { PasskeyError, runCeremony } from "./passkey";

type OwnHalf = components["schemas"]["OwnHalf"];
type CustodianKey = components["schemas"]["CustodianKeyRegistration"];

interface Person {
  teamId: string;
  technicianId: string;
}

const identityOf = ({ teamId, technicianId }: Person) => {
  const team = parseId<"team">(teamId);
  const technician = parseId<"technician">(technicianId);
  if (team === null || technician === null) throw new TypeError("not an id");
  return { team, technician };
};

const transient = () => crypto.getRandomValues(new Uint8Array(32));

/** The key that one of this person's passkeys makes, and that passkey's word for it: two touches. */
export async function registerCustodianKey(person: Person): Promise<CustodianKey> {
  const made = await agreementKey(person, null);
  const proof = await runCeremony({
    challenge: await custodianKeyChallenge(identityOf(person), made.key.publicKey),
    credentialId: made.credentialId,
  });
  return { agreement_key: encodeBase64url(made.key.publicKey), proof: proof.assertion };
}

/** The half as text, for this person's eyes; the key is forgotten with it. */
export async function openOwnHalf(half: OwnHalf): Promise<string> {
  const person = { teamId: half.team_id, technicianId: half.technician_id };
  const { key } = await agreementKey(person, bytesOf(half.credential_id));
  if (encodeBase64url(key.publicKey) !== half.agreement_key) throw new PasskeyError("other_key");
  const context = halfContext(bytesOfId(half.device_id), bytesOfId(half.order_id), bytesOfId(half.technician_id));
  return openHalf(key, context, bytesOf(half.sealed));
}

async function agreementKey(
  person: Person,
  credentialId: Uint8Array<ArrayBuffer> | null,
): Promise<{ key: AgreementKey; credentialId: Uint8Array<ArrayBuffer> }> {
  const identity = identityOf(person);
  const answer = await runCeremony({ challenge: transient(), credentialId, prfInput: await custodianInput(identity) });
  if (answer.prfOutput === null) throw new PasskeyError("no_prf");
  return { key: await deriveCustodianKey(answer.prfOutput, identity), credentialId: bytesOf(answer.assertion.credential_id) };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64url(text);
  if (bytes === null) throw new TypeError("not base64url");
  return bytes;
}
