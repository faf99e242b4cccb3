import { useEffect, useRef, useState } from "preact/hooks";
import type { Pairing, PairingError, WithoutPrf } from "../core/index.ts";
import { useApp } from "./context.ts";
import { Button, Mark, Notice } from "./parts.tsx";

type Step =
  | { readonly kind: "looking" }
  | { readonly kind: "offered"; readonly pairing: Pairing; readonly error: PairingError | null; readonly working: boolean }
  | { readonly kind: "failed"; readonly error: PairingError };

const retryable: ReadonlySet<PairingError> = new Set(["unreachable", "too_many_tries"]);

export function PairScreen({ link, done }: { link: string; done: () => void }) {
  const { phone, texts } = useApp();
  const [step, setStep] = useState<Step>({ kind: "looking" });
  const [label, setLabel] = useState(guessLabel());
  const asked = useRef(false);

  async function lookUp(): Promise<void> {
    setStep({ kind: "looking" });
    const found = await phone.lookUpPairing(link);
    setStep(found.ok ? { kind: "offered", pairing: found.value, error: null, working: false } : { kind: "failed", error: found.error });
  }

  async function complete(pairing: Pairing, withoutPrf: WithoutPrf): Promise<void> {
    setStep({ kind: "offered", pairing, error: null, working: true });
    const completed = await phone.completePairing(pairing, label.trim() || guessLabel(), withoutPrf);
    if (completed.ok) {
      done();
    } else if (completed.error === "link_refused") {
      setStep({ kind: "failed", error: completed.error });
    } else {
      setStep({ kind: "offered", pairing, error: completed.error, working: false });
    }
  }

  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    void lookUp();
  }, []);

  if (step.kind === "looking") {
    return (
      <main class="page centred" aria-busy="true">
        <Mark />
        <p role="status">{texts.pair.looking}</p>
      </main>
    );
  }
  if (step.kind === "failed") {
    return (
      <main class="page centred">
        <Mark />
        <h1>{texts.pair.title}</h1>
        <Notice kind="danger">{texts.pair.errors[step.error]}</Notice>
        {retryable.has(step.error) ? <Button kind="primary" onPress={() => void lookUp()}>{texts.tryAgain}</Button> : null}
      </main>
    );
  }

  const { pairing, error, working } = step;
  const { team, technician, replaces_phone } = pairing.offer;
  return (
    <main class="page centred">
      <Mark />
      <h1>{texts.pair.title}</h1>
      <p class="lead">{texts.pair.invitation(team.name, technician.name)}</p>
      {replaces_phone ? <Notice kind="warning">{texts.pair.replaces}</Notice> : null}
      {error === "without_prf" ? (
        <Notice kind="warning">
          <strong>{texts.pair.withoutPrfTitle}</strong>
          <p>{texts.pair.withoutPrf}</p>
        </Notice>
      ) : null}
      {error !== null && error !== "without_prf" ? <Notice kind="danger">{texts.pair.errors[error]}</Notice> : null}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void complete(pairing, error === "without_prf" ? "accept" : "ask");
        }}
      >
        <label class="field">
          <span>{texts.pair.label}</span>
          <input type="text" value={label} maxLength={60} autocomplete="off" onInput={(event) => setLabel(event.currentTarget.value)} />
          <small>{texts.pair.labelHint}</small>
        </label>
        <Button kind="primary" icon="sensor" submits disabled={working}>
          {working ? texts.pair.working : error === "without_prf" ? texts.pair.withoutPrfAccept : error === null ? texts.pair.button : texts.tryAgain}
        </Button>
      </form>
      <p class="quiet">{texts.pair.touches}</p>
    </main>
  );
}

function guessLabel(): string {
  const agent = navigator.userAgent;
  const model = /Android [^;)]*; ([^;)]{2,40})\)/.exec(agent)?.[1]?.trim();
  if (model !== undefined && model !== "K") return model;
  return ["iPhone", "iPad", "Android", "Macintosh", "Windows"].find((name) => agent.includes(name)) ?? "Linux";
}
