import { useEffect, useState } from "preact/hooks";
import type { Connection, SessionError } from "../core/index.ts";
import { useApp } from "./context.ts";
import { Button, Mark, Notice } from "./parts.tsx";
import { sessionErrorText } from "./welcome_screen.tsx";

const askAgainAfter = 5_000;

/** A phone that was refused is unknown from then on: its session is gone, and nothing more can be said for certain. */
export function WaitingScreen({ teamName, connection }: { teamName: string; connection: Connection }) {
  const { phone, texts } = useApp();
  const [error, setError] = useState<SessionError | null>(null);
  const ended = connection === "signed_out";
  useEffect(() => {
    if (ended) return;
    const timer = setInterval(() => void phone.refresh(), askAgainAfter);
    return () => clearInterval(timer);
  }, [phone, ended]);

  async function askAgain(): Promise<void> {
    const signedIn = await phone.signIn();
    setError(signedIn.ok ? null : signedIn.error);
  }

  if (ended) {
    return (
      <main class="page centred">
        <Mark />
        <h1>{texts.waiting.endedTitle}</h1>
        <p class="lead" role="status">{texts.waiting.ended}</p>
        {error === null ? null : <Notice kind="danger">{sessionErrorText(texts, error)}</Notice>}
        <Button icon="sensor" onPress={() => void askAgain()}>{texts.waiting.askAgain}</Button>
        <Button kind="plain" onPress={() => void phone.forget()}>{texts.settings.forget}</Button>
      </main>
    );
  }
  return (
    <main class="page centred">
      <Mark />
      <h1>{texts.waiting.title}</h1>
      <p class="lead" role="status">{texts.waiting.text(teamName)}</p>
      {connection === "offline" ? <Notice kind="warning">{texts.waiting.offline}</Notice> : null}
    </main>
  );
}
