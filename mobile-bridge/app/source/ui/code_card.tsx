import { useEffect, useState } from "preact/hooks";
import {
  stepEnd, unlockedMilliseconds,
  type CodeError, type PhoneSnapshot, type RememberedWorkstation, type ShownAnswer, type ShownCode, type UnlockError,
} from "../core/index.ts";
import { AuthenticatorEntryCard } from "./authenticator_entry.tsx";
import { useApp, useNow } from "./context.ts";
import { Button, Notice, Ring } from "./parts.tsx";
import type { Texts } from "./texts_en.ts";

const periodMilliseconds = 30_000;

type Reading = { readonly step: number; readonly code: ShownCode | null; readonly error: CodeError | null };

function unlockErrorText(texts: Texts, error: UnlockError): string {
  const known: Partial<Record<UnlockError, string>> = texts.workstation.errors;
  return known[error] ?? texts.workstation.errors.other;
}

/** The offline code of one workstation: locked, shown, or used. */
export function CodeCard({ snapshot, workstation }: { snapshot: PhoneSnapshot; workstation: RememberedWorkstation }) {
  const { phone, texts } = useApp();
  const now = useNow(250);
  const [reading, setReading] = useState<Reading | null>(null);
  const [unlocking, setUnlocking] = useState(false);
  const [error, setError] = useState<UnlockError | null>(null);
  const unlocked = snapshot.unlockedUntil !== null;
  const step = phone.currentStep();

  async function read(): Promise<void> {
    const read = await phone.readCode(workstation.id);
    setReading({ step: phone.currentStep(), code: read.ok ? read.value : null, error: read.ok ? null : read.error });
  }

  useEffect(() => {
    if (unlocked) void read();
    else setReading(null);
  }, [unlocked, step, workstation.id]);

  async function unlock(): Promise<void> {
    setUnlocking(true);
    const opened = await phone.unlock();
    setUnlocking(false);
    setError(opened.ok ? null : opened.error);
  }

  async function markUsed(code: ShownCode): Promise<void> {
    await phone.markCodeUsed(code);
    setReading({ step: code.step, code: null, error: "used" });
  }

  if (!unlocked) {
    return (
      <section class="card code-card">
        <h2>{texts.workstation.codeTitle}</h2>
        <p class="quiet">{texts.workstation.codeHint}</p>
        {error === null ? null : <Notice kind="danger">{unlockErrorText(texts, error)}</Notice>}
        <Button kind="primary" icon="sensor" disabled={unlocking} onPress={() => void unlock()}>
          {unlocking ? texts.workstation.unlocking : texts.workstation.show}
        </Button>
      </section>
    );
  }

  const current = reading !== null && reading.step === step ? reading : null;
  const left = stepEnd(step) - now;
  const seconds = Math.min(periodMilliseconds / 1000, Math.max(0, Math.ceil(left / 1000)));
  const lockSeconds = Math.min(unlockedMilliseconds, Math.max(0, (snapshot.unlockedUntil ?? now) - now));
  return (
    <section class="card code-card">
      <div class="code-head">
        <h2>{texts.workstation.codeTitle}</h2>
        <Ring left={left} whole={periodMilliseconds}>{seconds}</Ring>
      </div>
      {current === null ? <p class="code waiting" aria-hidden="true">•••• ••••</p> : null}
      {current?.code == null ? null : <CodeDigits workstation={workstation} code={current.code} used={() => void markUsed(current.code as ShownCode)} />}
      {current?.error === "used" ? (
        <div class="used" role="status">
          <p class="code spent">{texts.workstation.usedTitle}</p>
          <p>{texts.workstation.usedText}</p>
          <p class="quiet" aria-hidden="true">{texts.workstation.next(seconds)}</p>
        </div>
      ) : null}
      {current?.error === "unusable_key" ? <Notice kind="danger">{texts.workstation.unusable}</Notice> : null}
      <Question workstation={workstation} />
      {workstation.codeScheme === "per_tenant" ? <AuthenticatorEntryCard workstation={workstation} /> : null}
      <div class="lock-line">
        <small>{texts.workstation.locks(Math.ceil(lockSeconds / 1000))}</small>
        <Button kind="plain" onPress={() => phone.lock()}>{texts.workstation.lockNow}</Button>
      </div>
    </section>
  );
}

/** For a workstation that does not trust its clock: no code by time, but an answer to its question. */
function Question({ workstation }: { workstation: RememberedWorkstation }) {
  const { phone, texts } = useApp();
  const [digits, setDigits] = useState("");
  const [answer, setAnswer] = useState<ShownAnswer | null>(null);

  async function show(): Promise<void> {
    const answered = await phone.answerQuestion(workstation.id, digits);
    setAnswer(answered.ok ? answered.value : null);
  }

  return (
    <details>
      <summary>{texts.workstation.questionTitle}</summary>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void show();
        }}
      >
        <p>{texts.workstation.questionText}</p>
        <label class="field">
          <span>{texts.workstation.question}</span>
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            maxLength={9}
            value={digits}
            onInput={(event) => {
              setAnswer(null);
              setDigits(event.currentTarget.value.replace(/[^0-9]/g, "").slice(0, 8));
            }}
          />
        </label>
        {answer === null ? (
          <Button submits disabled={digits.length !== 8}>{texts.workstation.answer}</Button>
        ) : (
          <div role="status">
            <p class="code-for">
              {texts.workstation.answerFor} <strong>{`${workstation.name}·${answer.keyId}`}</strong>
            </p>
            <Digits code={answer.code} />
          </div>
        )}
      </form>
    </details>
  );
}

function CodeDigits({ workstation, code, used }: { workstation: RememberedWorkstation; code: ShownCode; used: () => void }) {
  const { texts } = useApp();
  const sign = `${workstation.name}·${code.keyId}`;
  return (
    <>
      <p class="code-for">
        {texts.workstation.yourCode} <strong>{sign}</strong>
      </p>
      <Digits code={code.code} live />
      {code.shared ? <Notice kind="plain">{texts.workstation.shared(workstation.tenantName)}</Notice> : null}
      {code.shownBefore ? <Notice kind="plain">{code.shared ? texts.workstation.sharedShownBefore : texts.workstation.shownBefore}</Notice> : null}
      <Button onPress={used}>{texts.workstation.used}</Button>
      <details>
        <summary>{texts.workstation.keyIdTitle}</summary>
        {code.others.map((other) => (
          <div key={other.keyId}>
            <p class="code-for">
              {texts.workstation.otherCode} <strong>{`${workstation.name}·${other.keyId}`}</strong>
            </p>
            <Digits code={other.code} small />
          </div>
        ))}
        <p>{texts.workstation.keyIdText(sign)}</p>
      </details>
    </>
  );
}

function Digits({ code, live = false, small = false }: { code: string; live?: boolean; small?: boolean }) {
  const half = code.length / 2;
  return (
    <p class={small ? "code small-code" : "code"} {...(live ? { "aria-live": "polite" as const } : {})} aria-label={code.split("").join(" ")}>
      <span>{code.slice(0, half)}</span> <span>{code.slice(half)}</span>
    </p>
  );
}
