import {
  answerQuestion, codeAt, codePeriodSeconds, codeStep, decodeBase64url, failure, keyId, newId, offlineCodeKey, openTenantSecret, otpauthUri, questionForm, success,
  tenantCodeAt, tenantCodeKey, tenantKeyId, type AgreementKey, type Bytes, type Result, type TenantId, type TenantSecretId, type TenantSecretName,
} from "@doorward/protocol";
import type { Surroundings } from "./ports.ts";
import type { RememberedWorkstation, TenantSecrets } from "./records.ts";

/** The answer to a workstation's question; it is good for that question only. */
export interface ShownAnswer {
  readonly code: string;
  readonly keyId: string;
}

/** `used` waits for the next step; `concern` must be looked at first. */
export type CodeError = KeyError | "used";
export type QuestionError = KeyError | "not_a_question";
type KeyError = "locked" | "concern" | "unusable_key";

/** One secret's code: the two characters behind the workstation's name in its prompt say whether it is this one. */
export interface CodeOfKey {
  readonly code: string;
  readonly keyId: string;
}

export interface ShownCode extends CodeOfKey {
  readonly step: number;
  /** The same on all of the customer's workstations. */
  readonly shared: boolean;
  /** For a workstation that has not heard of the newest secret. */
  readonly others: readonly CodeOfKey[];
  /** Whose highest step it is. */
  readonly mark: string;
  /** It was already on the screen before, so it may have been used. */
  readonly shownBefore: boolean;
  readonly endsAt: number;
}

/** Whose secret it is, as an authenticator app shows it. */
export interface SecretPlace {
  readonly tenantId: TenantId;
  readonly teamName: string;
  readonly tenantName: string;
}

export interface AuthenticatorEntry {
  readonly secretId: TenantSecretId;
  readonly keyId: string;
  readonly uri: string;
}

export function stepEnd(step: number): number {
  return (step + 1) * codePeriodSeconds * 1000;
}

/** Codes of one phone; every reading is marked and queued before it is shown. */
export class OfflineCodes {
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  async read(
    own: AgreementKey | null,
    workstation: RememberedWorkstation,
    tenantSecrets: readonly TenantSecrets[],
  ): Promise<Result<ShownCode, CodeError>> {
    const usable = usableKeys(own, workstation);
    if (!usable.ok) return usable;
    const { own: ownKey, deviceKey } = usable.value;
    const { store, clock } = this.#surroundings;
    const now = clock.now();
    const step = codeStep(now);
    let codes: readonly (CodeOfKey & { readonly mark: string })[];
    try {
      const shared = workstation.codeScheme === "per_tenant" ? await tenantCodes(ownKey, workstation, tenantSecrets, now) : [];
      const key = await offlineCodeKey(ownKey, { tenant: workstation.tenantId, agreementKey: deviceKey });
      const machine = { code: await codeAt(key, step), keyId: await keyId(deviceKey, ownKey.publicKey), mark: workstation.id };
      codes = [...shared, machine];
    } catch {
      return failure("unusable_key");
    }
    const [first, ...others] = codes;
    if (first === undefined) return failure("unusable_key");
    const nothing = { shown: -1, used: -1 };
    let [before, machineBefore] = [nothing, nothing];
    await store.update("code_marks", (marks) => {
      before = marks?.[first.mark] ?? nothing;
      machineBefore = marks?.[workstation.id] ?? nothing;
      const shown = (mark: typeof nothing) => ({ shown: Math.max(mark.shown, step), used: mark.used });
      return { ...marks, [workstation.id]: shown(machineBefore), [first.mark]: shown(before) };
    });
    if (step <= before.used) return failure("used");
    if (step > machineBefore.shown) {
      const reading = { id: newId<"event">(now), deviceId: workstation.id, step, at: now };
      await store.update("readings", (queue) => [...(queue ?? []), reading]);
    }
    return success({
      ...first, step, shared: first.mark !== workstation.id, others: others.map(({ code, keyId }) => ({ code, keyId })),
      shownBefore: step <= before.shown, endsAt: stepEnd(step),
    });
  }

  /** Whatever the customer's scheme for codes is. Recorded like a code, under the step in which it was read. */
  async answer(own: AgreementKey | null, workstation: RememberedWorkstation, question: string): Promise<Result<ShownAnswer, QuestionError>> {
    if (!questionForm.test(question)) return failure("not_a_question");
    const usable = usableKeys(own, workstation);
    if (!usable.ok) return usable;
    const { own: ownKey, deviceKey } = usable.value;
    let code: string;
    try {
      code = await answerQuestion(ownKey, { tenant: workstation.tenantId, agreementKey: deviceKey }, question);
    } catch {
      return failure("unusable_key");
    }
    const now = this.#surroundings.clock.now();
    const reading = { id: newId<"event">(now), deviceId: workstation.id, step: codeStep(now), at: now };
    await this.#surroundings.store.update("readings", (queue) => [...(queue ?? []), reading]);
    return success({ code, keyId: await keyId(deviceKey, ownKey.publicKey) });
  }

  /** After this the code is never shown again, whatever happens to the app. */
  async markUsed({ mark, step }: Pick<ShownCode, "mark" | "step">): Promise<void> {
    await this.#surroundings.store.update("code_marks", (marks) => {
      const before = marks?.[mark] ?? { shown: -1, used: -1 };
      return { ...marks, [mark]: { shown: Math.max(before.shown, step), used: Math.max(before.used, step) } };
    });
  }
}

/** The customer's secret in use, for another authenticator; nothing of it is kept. */
export async function authenticatorEntry(own: AgreementKey, place: SecretPlace, secrets: readonly TenantSecrets[]): Promise<AuthenticatorEntry | null> {
  const current = secrets.find((codes) => codes.tenantId === place.tenantId)?.secrets[0];
  const sealed = current === undefined ? null : decodeBase64url(current.sealed);
  if (current === undefined || sealed === null) return null;
  const name: TenantSecretName = { tenant: place.tenantId, secret: current.id };
  const secret = await openTenantSecret(own, name, sealed);
  if (secret === null) return null;
  try {
    return { secretId: current.id, keyId: await tenantKeyId(name), uri: await otpauthUri(place.teamName, place.tenantName, name, secret) };
  } finally {
    secret.fill(0);
  }
}

/** Of the secrets that still count; one that was not sealed for this phone is left out. */
async function tenantCodes(own: AgreementKey, workstation: RememberedWorkstation, tenantSecrets: readonly TenantSecrets[], now: number) {
  const known = tenantSecrets.find((codes) => codes.tenantId === workstation.tenantId)?.secrets ?? [];
  const codes = await Promise.all(known.map(async (secret) => {
    const sealed = decodeBase64url(secret.sealed);
    if (sealed === null || (secret.endsAt !== null && secret.endsAt <= now)) return null;
    const name: TenantSecretName = { tenant: workstation.tenantId, secret: secret.id };
    const key = await tenantCodeKey(own, name, sealed);
    return key === null ? null : { code: await tenantCodeAt(key, codeStep(now)), keyId: await tenantKeyId(name), mark: secret.id as string };
  }));
  return codes.filter((code) => code !== null);
}

function usableKeys(
  own: AgreementKey | null,
  workstation: RememberedWorkstation,
): Result<{ own: AgreementKey; deviceKey: Bytes }, KeyError> {
  if (own === null) return failure("locked");
  if (workstation.concern !== null) return failure("concern");
  const deviceKey = decodeBase64url(workstation.agreementKey);
  return deviceKey === null ? failure("unusable_key") : success({ own, deviceKey });
}
