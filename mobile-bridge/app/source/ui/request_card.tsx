import { useRef, useState } from "preact/hooks";
import type { SignInRequest } from "@doorward/protocol";
import type { AnswerError, RememberedWorkstation, ShownRequest } from "../core/index.ts";
import { ConcernNotice } from "./concern_notice.tsx";
import { useApp, useNow } from "./context.ts";
import { Button, Facts, Icon, Notice, Ring } from "./parts.tsx";
import type { Texts } from "./texts_en.ts";

const lifetimeSeconds = 60;

function answerErrorText(texts: Texts, error: AnswerError): string {
  const known: Partial<Record<AnswerError, string>> = texts.request.errors;
  return known[error] ?? texts.request.errors.other;
}

/** One open request. Every fact in it was decoded from bytes that the workstation signed. */
export function RequestCard({ request, workstation }: { request: ShownRequest; workstation: RememberedWorkstation | null }) {
  const { phone, texts } = useApp();
  const now = useNow(500);
  const [error, setError] = useState<AnswerError | null>(null);
  const { content, state } = request;
  const seconds = Math.min(lifetimeSeconds, Math.max(0, Math.ceil((request.expiresAt - now) / 1000)));
  const expired = state === "open" && seconds === 0;

  async function decline(decision: "refuse" | "not_me"): Promise<void> {
    const declined = await phone.decline(request.id, decision);
    setError(declined.ok ? null : declined.error);
  }

  async function approve(number: number): Promise<void> {
    setError(null);
    const approved = await phone.approve(request.id, number);
    setError(approved.ok ? null : approved.error);
  }

  const finished = state === "approved" || state === "refused" || state === "not_me" || state === "closed";
  const verified = content.kind === "verified" ? content : null;
  const title = verified?.facts.device_name ?? workstation?.name ?? texts.request.cannotVerify;

  return (
    <section class="card request" aria-label={texts.request.announce(title)}>
      <header class="request-head">
        <div>
          <h2 class="quiet">{texts.request.title}</h2>
          {verified === null ? null : <p class="tenant">{verified.facts.tenant_name}</p>}
          <p class="machine">{title}</p>
        </div>
        {finished || expired ? null : (
          <Ring left={request.expiresAt - now} whole={lifetimeSeconds * 1000}>{seconds}</Ring>
        )}
      </header>
      {verified === null ? null : <Facts rows={factRows(texts, verified.facts)} />}
      {content.kind === "unverifiable" ? (
        <Notice kind="danger">
          <strong>{texts.request.cannotVerify}.</strong> {texts.request.unverifiable[content.reason]}
        </Notice>
      ) : null}
      {verified !== null && verified.concern !== null && !finished ? (
        <ConcernNotice id={request.deviceId} name={workstation?.name ?? title} concern={verified.concern} />
      ) : null}
      {error === null ? null : <Notice kind="danger">{answerErrorText(texts, error)}</Notice>}
      {finished ? (
        <p class={`outcome ${state}`} role="status">
          {state === "approved" ? <Icon name="done" /> : null} {texts.request.states[state]}
        </p>
      ) : expired ? (
        <p class="outcome" role="status">{texts.request.states.expired}</p>
      ) : (
        <>
          {verified !== null && verified.concern === null ? (
            <NumberForm busy={state === "answering"} approve={(number) => void approve(number)} />
          ) : (
            <p class="quiet">{verified === null ? null : texts.request.blocked}</p>
          )}
          <div class="pair">
            <Button disabled={state === "answering"} onPress={() => void decline("refuse")}>{texts.request.refuse}</Button>
            <Button kind="danger" disabled={state === "answering"} onPress={() => void decline("not_me")}>{texts.request.notMe}</Button>
          </div>
        </>
      )}
    </section>
  );
}

function NumberForm({ busy, approve }: { busy: boolean; approve: (number: number) => void }) {
  const { texts } = useApp();
  const [digits, setDigits] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const complete = /^[1-9][0-9]$/.test(digits);

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !busy) approve(Number(digits));
        else input.current?.focus();
      }}
    >
      <label class="number">
        <span>
          {texts.request.number}
          <small>{texts.request.numberHint}</small>
        </span>
        <input
          ref={input}
          type="text"
          inputMode="numeric"
          pattern="[1-9][0-9]"
          maxLength={2}
          autocomplete="off"
          placeholder="––"
          value={digits}
          disabled={busy}
          onInput={(event) => {
            const typed = event.currentTarget.value.replace(/[^0-9]/g, "").slice(0, 2);
            event.currentTarget.value = typed;
            setDigits(typed);
          }}
        />
      </label>
      <Button kind="primary" icon="sensor" submits disabled={!complete || busy}>
        {busy ? texts.request.approving : texts.request.approve}
      </Button>
    </form>
  );
}

function factRows(texts: Texts, facts: SignInRequest): readonly (readonly [string, string])[] {
  const service = texts.services[facts.service];
  const rows: (readonly [string, string])[] = [
    [texts.request.account, facts.account],
    [texts.request.service, service === undefined || service === facts.service ? facts.service : `${service} (${facts.service})`],
    [texts.request.from, facts.remote_host === "" ? texts.request.here : facts.remote_host],
  ];
  if (facts.terminal !== "") rows.push([texts.request.terminal, facts.terminal]);
  if (facts.reason !== null) rows.push([texts.request.reason, facts.reason]);
  if (facts.ticket !== null) rows.push([texts.request.ticket, facts.ticket]);
  return rows;
}
