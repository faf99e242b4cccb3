import { failure, success, type Bytes, type Result } from "@doorward/protocol";
import type { Assertion, AssertionOptions, Authenticator, AuthenticatorError, CreationOptions, Registration } from "../core/index.ts";

const flagBackupEligible = 0x08;
const patience = 60_000;

/** The phone's own authenticator through WebAuthn. */
export class BrowserAuthenticator implements Authenticator {
  async create(options: CreationOptions): Promise<Result<Registration, AuthenticatorError>> {
    return attempt(async () => {
      const credential = await navigator.credentials.create({
        publicKey: {
          rp: { id: options.rpId, name: options.teamName },
          user: { id: options.userId, name: options.userName, displayName: options.displayName },
          challenge: options.challenge,
          pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }],
          authenticatorSelection: {
            authenticatorAttachment: "platform", residentKey: "required", requireResidentKey: true, userVerification: "required",
          },
          attestation: "none",
          extensions: { prf: { eval: { first: options.prfInput } } },
          timeout: patience,
        },
      });
      if (!(credential instanceof PublicKeyCredential)) return failure("failed");
      const response = credential.response as AuthenticatorAttestationResponse;
      const { prf } = credential.getClientExtensionResults();
      const flags = new Uint8Array(response.getAuthenticatorData())[32] ?? 0;
      return success({
        credentialId: new Uint8Array(credential.rawId),
        clientDataJson: new Uint8Array(response.clientDataJSON),
        attestationObject: new Uint8Array(response.attestationObject),
        backupEligible: (flags & flagBackupEligible) !== 0,
        prfEnabled: prf?.enabled === true,
        prfOutput: toBytes(prf?.results?.first),
      });
    });
  }

  async get(options: AssertionOptions): Promise<Result<Assertion, AuthenticatorError>> {
    return attempt(async () => {
      const credential = await navigator.credentials.get({
        publicKey: {
          rpId: options.rpId,
          challenge: options.challenge,
          allowCredentials: options.credentialId === null ? [] : [{ type: "public-key", id: options.credentialId }],
          userVerification: "required",
          timeout: patience,
          ...(options.prfInput === null ? {} : { extensions: { prf: { eval: { first: options.prfInput } } } }),
        },
      });
      if (!(credential instanceof PublicKeyCredential)) return failure("failed");
      const response = credential.response as AuthenticatorAssertionResponse;
      return success({
        credentialId: new Uint8Array(credential.rawId),
        authenticatorData: new Uint8Array(response.authenticatorData),
        clientDataJson: new Uint8Array(response.clientDataJSON),
        signature: new Uint8Array(response.signature),
        prfOutput: toBytes(credential.getClientExtensionResults().prf?.results?.first),
      });
    });
  }
}

async function attempt<T>(ceremony: () => Promise<Result<T, AuthenticatorError>>): Promise<Result<T, AuthenticatorError>> {
  if (typeof PublicKeyCredential === "undefined") return failure("unsupported");
  try {
    return await ceremony();
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError" || name === "AbortError") return failure("refused");
    if (name === "InvalidStateError") return failure("already_registered");
    if (name === "NotSupportedError" || name === "SecurityError" || name === "ConstraintError") return failure("unsupported");
    return failure("failed");
  }
}

function toBytes(source: BufferSource | undefined): Bytes | null {
  if (source === undefined) return null;
  return source instanceof ArrayBuffer ? new Uint8Array(source) : null;
}
