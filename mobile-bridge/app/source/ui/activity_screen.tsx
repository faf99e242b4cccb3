import { useEffect, useState } from "preact/hooks";
import type { ActivityEvent } from "@doorward/protocol";
import { useApp } from "./context.ts";
import { Button, Icon, Notice } from "./parts.tsx";

export function ActivityScreen() {
  const { phone, texts, locale } = useApp();
  const [events, setEvents] = useState<readonly ActivityEvent[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);

  async function load(after: string | null): Promise<void> {
    const page = await phone.activity(after);
    setFailed(!page.ok);
    if (!page.ok) return;
    setEvents((before) => [...(after === null ? [] : (before ?? [])), ...page.value.events]);
    setNext(page.value.next);
  }

  useEffect(() => void load(null), []);

  return (
    <main class="page">
      <h1>{texts.activity.title}</h1>
      {failed ? (
        <Notice kind="warning">
          <p>{texts.activity.failed}</p>
          <Button onPress={() => void load(null)}>{texts.tryAgain}</Button>
        </Notice>
      ) : null}
      {events?.length === 0 ? (
        <div class="empty">
          <Icon name="activity" />
          <p>{texts.activity.none}</p>
        </div>
      ) : null}
      <ul class="list">
        {(events ?? []).map((event) => (
          <li key={event.id} class="row event">
            <span class={`dot ${event.outcome}`} aria-hidden="true" />
            <span class="row-text">
              <strong>{texts.activity.kinds[event.kind] ?? event.kind.replaceAll("_", " ")}</strong>
              <small>{[event.tenant_name, event.device_name].filter((name) => name !== null).join(" · ")}</small>
              <small>
                {texts.activity.outcomes[event.outcome] ?? event.outcome} ·{" "}
                <time dateTime={new Date(event.at).toISOString()}>{formatMoment(event.at, locale)}</time>
              </small>
            </span>
          </li>
        ))}
      </ul>
      {next === null ? null : <Button onPress={() => void load(next)}>{texts.activity.more}</Button>}
    </main>
  );
}

function formatMoment(milliseconds: number, locale: string): string {
  return new Date(milliseconds).toLocaleString(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
