import {
  decodeBase64url, deriveAgreementKey, encodeBase64url, failure, importAgreementKey, phoneAgreementInput, success,
  purposes, unlockChallenge, withPurpose,
  type AgreementKey, type Bytes, type Result,
} from "@doorward/protocol";
import type { AuthenticatorError, Surroundings } from "./ports.ts";
import type { FallbackKey, PhoneRecord } from "./records.ts";

/** `key_mismatch`: the passkey gave another agreement key than the one the workstations know. */
export type UnlockError = AuthenticatorError | "key_mismatch" | "fallback_lost";

export const unlockedMilliseconds = 60_000;

/** Holds the agreement key while the app is unlocked, and never longer than a minute. */
export class KeyVault {
  readonly #surroundings: Surroundings;
  readonly #changed: () => void;
  #key: AgreementKey | null = null;
  #until = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(surroundings: Surroundings, changed: () => void) {
    this.#surroundings = surroundings;
    this.#changed = changed;
  }

  get key(): AgreementKey | null {
    if (this.#key !== null && this.#surroundings.clock.now() >= this.#until) this.lock();
    return this.#key;
  }

  get unlockedUntil(): number | null {
    return this.key === null ? null : this.#until;
  }

  lock(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#key === null) return;
    this.#key = null;
    this.#changed();
  }

  async unlock(phone: PhoneRecord): Promise<Result<AgreementKey, UnlockError>> {
    const credentialId = decodeBase64url(phone.credentialId);
    if (credentialId === null) return failure("failed");
    const withPrf = phone.strength !== "without_prf";
    const asserted = await this.#surroundings.authenticator.get({
      rpId: phone.rpId,
      challenge: await unlockChallenge(),
      credentialId,
      prfInput: withPrf ? await phoneAgreementInput(identityOf(phone)) : null,
    });
    if (!asserted.ok) return asserted;
    const key = withPrf ? await this.#keyFromPrf(phone, asserted.value.prfOutput) : await this.#keyFromFallback(credentialId);
    if (!key.ok) return key;
    if (phone.agreementKey !== null && encodeBase64url(key.value.publicKey) !== phone.agreementKey) return failure("key_mismatch");
    this.#hold(key.value);
    return key;
  }

  async #keyFromPrf(phone: PhoneRecord, output: Bytes | null): Promise<Result<AgreementKey, UnlockError>> {
    return output === null ? failure("unsupported") : success(await deriveAgreementKey(output, identityOf(phone)));
  }

  async #keyFromFallback(credentialId: Bytes): Promise<Result<AgreementKey, UnlockError>> {
    const fallback = await this.#surroundings.store.read("fallback_key");
    if (fallback === null) return failure("fallback_lost");
    const parameters = { name: "AES-GCM", iv: fallback.nonce, additionalData: fallbackContext(credentialId) };
    const secret = await crypto.subtle.decrypt(parameters, fallback.wrappingKey, fallback.sealed);
    return success(await importAgreementKey(new Uint8Array(secret)));
  }

  #hold(key: AgreementKey): void {
    this.lock();
    this.#key = key;
    this.#until = this.#surroundings.clock.now() + unlockedMilliseconds;
    this.#timer = setTimeout(() => this.lock(), unlockedMilliseconds);
    this.#changed();
  }
}

export interface FreshFallback {
  readonly record: FallbackKey;
  readonly agreementKey: AgreementKey;
}

/** For authenticators without PRF: a random key that only this browser's store can open. Weaker, and said so. */
export async function createFallback(credentialId: Bytes): Promise<FreshFallback> {
  const wrappingKey = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: fallbackContext(credentialId) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(parameters, wrappingKey, secret));
  return { record: { wrappingKey, nonce, sealed }, agreementKey: await importAgreementKey(secret) };
}

function fallbackContext(credentialId: Bytes): Bytes {
  return withPurpose(purposes.phoneAgreement, credentialId);
}

function identityOf(phone: PhoneRecord): { team: PhoneRecord["team"]["id"]; technician: PhoneRecord["technician"]["id"]; serial: number } {
  return { team: phone.team.id, technician: phone.technician.id, serial: phone.serial };
}
