import {
  agreementProofChallenge, decodeBase64url, deriveAgreementKey, encodeBase64url, failure, idBytes, pairingChallenge, phoneAgreementInput,
  success, unlockChallenge,
  type AgreementKey, type Bytes, type PairingOffer, type Result,
} from "@doorward/protocol";
import { createFallback } from "./key_vault.ts";
import type { Assertion, AuthenticatorError, Registration, Surroundings } from "./ports.ts";
import type { FallbackKey, PhoneRecord } from "./records.ts";
import type { RelayClient, RelayError } from "./relay_client.ts";

/**
 * `link_refused`: used, expired or unknown, which look alike. `without_prf`: the authenticator cannot make the key for
 * codes; the person may go on with the weaker way.
 */
export type PairingError =
  | "link_malformed" | "link_refused" | "other_host" | "too_many_tries" | "unreachable" | "without_prf" | "portal_refused"
  | AuthenticatorError;

export type WithoutPrf = "ask" | "accept";

/** The secret behind `/pair#`; null when the link is not whole. */
export function readPairingLink(link: string): Bytes | null {
  const secret = decodeBase64url(link.slice(link.indexOf("#") + 1));
  return secret !== null && secret.length === 32 ? secret : null;
}

/** One pairing, from the link to the record. Each step done is kept, so that going on after a failure repeats none. */
export class Pairing {
  readonly offer: PairingOffer;
  readonly #secret: Bytes;
  readonly #client: RelayClient;
  readonly #surroundings: Surroundings;
  #registration: Registration | null = null;
  #agreement: { key: AgreementKey; fallback: FallbackKey | null } | null = null;
  #proof: Assertion | null = null;
  #sent = false;

  private constructor(offer: PairingOffer, secret: Bytes, client: RelayClient, surroundings: Surroundings) {
    this.offer = offer;
    this.#secret = secret;
    this.#client = client;
    this.#surroundings = surroundings;
  }

  static async lookUp(secret: Bytes, client: RelayClient, surroundings: Surroundings): Promise<Result<Pairing, PairingError>> {
    const offer = await client.lookUpPairing(secret);
    if (!offer.ok) return failure(pairingError(offer.error));
    if (offer.value.rp_id !== surroundings.transport.hostName) return failure("other_host");
    return success(new Pairing(offer.value, secret, client, surroundings));
  }

  /** It was sent, so it may have succeeded although no answer came. */
  get mayBeDone(): boolean {
    return this.#sent;
  }

  async complete(label: string, withoutPrf: WithoutPrf): Promise<Result<PhoneRecord, PairingError>> {
    const registration = await this.#register();
    if (!registration.ok) return registration;
    const agreement = await this.#agree(registration.value, withoutPrf);
    if (!agreement.ok) return agreement;
    const proof = await this.#prove(registration.value, agreement.value.key);
    if (!proof.ok) return proof;
    const { key, fallback } = agreement.value;
    if (fallback !== null) await this.#surroundings.store.update("fallback_key", () => fallback);
    this.#sent = true;
    const completed = await this.#client.completePairing({
      secret: this.#secret,
      registration: registration.value,
      agreementKey: key.publicKey,
      proof: proof.value,
      prf: fallback === null,
      label,
    });
    if (!completed.ok) return failure(pairingError(completed.error));
    this.#secret.fill(0);
    const { team, technician, serial, rp_id } = this.offer;
    const ownStrength = registration.value.backupEligible ? "synced" : "device_bound";
    const record: PhoneRecord = {
      phoneId: completed.value.phone_id,
      team,
      technician,
      serial,
      rpId: rp_id,
      credentialId: encodeBase64url(registration.value.credentialId),
      agreementKey: encodeBase64url(key.publicKey),
      label,
      strength: fallback === null ? ownStrength : "without_prf",
      state: completed.value.state,
    };
    return success(await this.#surroundings.store.update("phone", () => record));
  }

  async #register(): Promise<Result<Registration, PairingError>> {
    if (this.#registration !== null) return success(this.#registration);
    const { pairing_id, team, technician, rp_id } = this.offer;
    const created = await this.#surroundings.authenticator.create({
      rpId: rp_id,
      teamName: team.name,
      challenge: await pairingChallenge(pairing_id, technician.id, this.#secret),
      userId: idBytes(technician.id),
      userName: technician.username,
      displayName: technician.name,
      prfInput: await phoneAgreementInput(this.#identity()),
    });
    if (created.ok) this.#registration = created.value;
    return created;
  }

  async #agree(registration: Registration, withoutPrf: WithoutPrf): Promise<Result<{ key: AgreementKey; fallback: FallbackKey | null }, PairingError>> {
    if (this.#agreement !== null) return success(this.#agreement);
    const output = await this.#prfOutput(registration);
    if (!output.ok) return output;
    if (output.value !== null) {
      this.#agreement = { key: await deriveAgreementKey(output.value, this.#identity()), fallback: null };
    } else if (withoutPrf === "accept") {
      const { record, agreementKey } = await createFallback(registration.credentialId);
      this.#agreement = { key: agreementKey, fallback: record };
    } else {
      return failure("without_prf");
    }
    return success(this.#agreement);
  }

  async #prfOutput(registration: Registration): Promise<Result<Bytes | null, PairingError>> {
    if (registration.prfOutput !== null) return success(registration.prfOutput);
    if (!registration.prfEnabled) return success(null);
    const asserted = await this.#surroundings.authenticator.get({
      rpId: this.offer.rp_id,
      challenge: await unlockChallenge(),
      credentialId: registration.credentialId,
      prfInput: await phoneAgreementInput(this.#identity()),
    });
    return asserted.ok ? success(asserted.value.prfOutput) : asserted;
  }

  async #prove(registration: Registration, key: AgreementKey): Promise<Result<Assertion, PairingError>> {
    if (this.#proof !== null) return success(this.#proof);
    const asserted = await this.#surroundings.authenticator.get({
      rpId: this.offer.rp_id,
      challenge: await agreementProofChallenge(this.#identity(), key.publicKey),
      credentialId: registration.credentialId,
      prfInput: null,
    });
    if (asserted.ok) this.#proof = asserted.value;
    return asserted;
  }

  #identity(): { team: PairingOffer["team"]["id"]; technician: PairingOffer["technician"]["id"]; serial: number } {
    return { team: this.offer.team.id, technician: this.offer.technician.id, serial: this.offer.serial };
  }
}

function pairingError(error: RelayError): PairingError {
  if (error.kind === "unreachable") return "unreachable";
  if (error.kind !== "refused") return "portal_refused";
  if (error.status === 429) return "too_many_tries";
  return [401, 403, 404, 410].includes(error.status) ? "link_refused" : "portal_refused";
}
