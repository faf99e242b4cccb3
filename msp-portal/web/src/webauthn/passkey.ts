import { encodeBase64url } from "@doorward/protocol";
import type { components } from "../api/schema";
import { bytesOfId, changeChallenge, registrationChallenge, sessionChallenge } from "./challenges";

type Assertion = components["schemas"]["Assertion"];
type Registration = components["schemas"]["Registration"];

export type PasskeyTrouble = "unsupported" | "cancelled" | "wrong_host" | "already_registered" | "no_prf" | "other_key" | "failed";

export class PasskeyError extends Error {
  readonly trouble: PasskeyTrouble;

  constructor(trouble: PasskeyTrouble) {
    super(trouble);
    this.trouble = trouble;
  }
}

const ceremonyMilliseconds = 120_000;

/** Signs the server's nonce with a passkey that this browser knows for the portal. */
export async function assertSession(nonce: string, rpId: string): Promise<Assertion> {
  return assert(() => sessionChallenge(nonce), rpId);
}

/** Signs a change as it is shown, and nothing else. */
export async function assertChange(changeId: string, payload: string): Promise<Assertion> {
  return assert(() => changeChallenge(changeId, payload), location.hostname);
}

async function assert(challenge: () => Promise<BufferSource>, rpId: string): Promise<Assertion> {
  return (await runCeremony({ challenge: await challenge(), rpId, credentialId: null })).assertion;
}

export interface CeremonyWish {
  challenge: BufferSource;
  rpId?: string;
  /** The one passkey that can do it; null for any of this person's. */
  credentialId: BufferSource | null;
  /** What the passkey's PRF is asked about. */
  prfInput?: BufferSource;
}

export interface CeremonyAnswer {
  assertion: Assertion;
  /** Null where the passkey has no PRF, or was not asked. */
  prfOutput: Uint8Array<ArrayBuffer> | null;
}

export async function runCeremony({ challenge, rpId, credentialId, prfInput }: CeremonyWish): Promise<CeremonyAnswer> {
  const credential = await ceremony(async () =>
    navigator.credentials.get({
      publicKey: {
        challenge,
        rpId: rpId ?? location.hostname,
        userVerification: "required",
        allowCredentials: credentialId === null ? [] : [{ type: "public-key", id: credentialId }],
        timeout: ceremonyMilliseconds,
        ...(prfInput === undefined ? {} : { extensions: { prf: { eval: { first: prfInput } } } }),
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new PasskeyError("failed");
  const first = credential.getClientExtensionResults().prf?.results?.first;
  return {
    assertion: {
      credential_id: encode(credential.rawId),
      authenticator_data: encode(response.authenticatorData),
      client_data_json: encode(response.clientDataJSON),
      signature: encode(response.signature),
    },
    prfOutput: first instanceof ArrayBuffer ? new Uint8Array(first) : null,
  };
}

export interface RegistrationSubject {
  secret: string;
  rpId: string;
  teamName: string;
  technician: { id: string; name: string; username: string };
}

/** Makes a passkey for the portal with the secret of a set-up link. */
export async function registerPasskey(subject: RegistrationSubject): Promise<Registration> {
  const credential = await ceremony(async () =>
    navigator.credentials.create({
      publicKey: {
        challenge: await registrationChallenge(subject.technician.id, subject.secret),
        rp: { id: subject.rpId, name: "Doorward" },
        user: {
          id: bytesOfId(subject.technician.id),
          name: `${subject.technician.username} · ${subject.teamName}`,
          displayName: subject.technician.name,
        },
        pubKeyCredParams: [
          { type: "public-key", alg: -7 },
          { type: "public-key", alg: -8 },
        ],
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none",
        // Halves of break-glass codes are opened with it; a passkey without it signs in all the same.
        extensions: { prf: {} },
        timeout: ceremonyMilliseconds,
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new PasskeyError("failed");
  return {
    credential_id: encode(credential.rawId),
    client_data_json: encode(response.clientDataJSON),
    attestation_object: encode(response.attestationObject),
  };
}

async function ceremony(run: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!("PublicKeyCredential" in window)) throw new PasskeyError("unsupported");
  let credential: Credential | null;
  try {
    credential = await run();
  } catch (error) {
    throw new PasskeyError(troubleOf(error));
  }
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyError("failed");
  return credential;
}

export function troubleOf(error: unknown): PasskeyTrouble {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return "cancelled";
  if (name === "SecurityError") return "wrong_host";
  if (name === "InvalidStateError") return "already_registered";
  if (name === "NotSupportedError") return "unsupported";
  return "failed";
}

const encode = (buffer: ArrayBuffer) => encodeBase64url(new Uint8Array(buffer));
