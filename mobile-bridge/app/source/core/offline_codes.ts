import {
  answerQuestion, codeAt, codePeriodSeconds, codeStep, decodeBase64url, failure, keyId, newId, offlineCodeKey, questionForm, success,
  type AgreementKey, type Bytes, type DeviceId, type Result,
} from "@doorward/protocol";
import type { Surroundings } from "./ports.ts";
import type { RememberedWorkstation } from "./records.ts";

/** The answer to a workstation's question; it is good for that question only. */
export interface ShownAnswer {
  readonly code: string;
  readonly keyId: string;
}

/** `used` waits for the next step; `concern` must be looked at first. */
export type CodeError = KeyError | "used" | "shared_scheme";
export type QuestionError = KeyError | "not_a_question";
type KeyError = "locked" | "concern" | "unusable_key";

export interface ShownCode {
  readonly code: string;
  readonly step: number;
  readonly keyId: string;
  /** It was already on the screen before, so it may have been used. */
  readonly shownBefore: boolean;
  readonly endsAt: number;
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

  async read(own: AgreementKey | null, workstation: RememberedWorkstation): Promise<Result<ShownCode, CodeError>> {
    const usable = usableKeys(own, workstation);
    if (!usable.ok) return usable;
    if (workstation.codeScheme !== "per_machine") return failure("shared_scheme");
    const { own: ownKey, deviceKey } = usable.value;
    const { store, clock } = this.#surroundings;
    const now = clock.now();
    const step = codeStep(now);
    let code: string;
    try {
      const key = await offlineCodeKey(ownKey, { tenant: workstation.tenantId, agreementKey: deviceKey });
      code = await codeAt(key, step);
    } catch {
      return failure("unusable_key");
    }
    let before = { shown: -1, used: -1 };
    await store.update("code_marks", (marks) => {
      before = marks?.[workstation.id] ?? before;
      return { ...marks, [workstation.id]: { shown: Math.max(before.shown, step), used: before.used } };
    });
    if (step <= before.used) return failure("used");
    const shownBefore = step <= before.shown;
    if (!shownBefore) {
      const reading = { id: newId<"event">(now), deviceId: workstation.id, step, at: now };
      await store.update("readings", (queue) => [...(queue ?? []), reading]);
    }
    return success({ code, step, keyId: await keyId(deviceKey, ownKey.publicKey), shownBefore, endsAt: stepEnd(step) });
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
  async markUsed(id: DeviceId, step: number): Promise<void> {
    await this.#surroundings.store.update("code_marks", (marks) => {
      const before = marks?.[id] ?? { shown: -1, used: -1 };
      return { ...marks, [id]: { shown: Math.max(before.shown, step), used: Math.max(before.used, step) } };
    });
  }
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
