import { useState } from "preact/hooks";
import type { SessionError } from "../core/index.ts";
import { useApp } from "./context.ts";
import { Button, Mark, Notice } from "./parts.tsx";
import type { Texts } from "./texts_en.ts";

export function sessionErrorText(texts: Texts, error: SessionError): string {
  if (error === "phone_unknown") return texts.session.unknown;
  return error === "unreachable" ? texts.session.unreachable : texts.session.failed;
}

/** Opened without a link and without a record. */
export function WelcomeScreen() {
  const { phone, texts } = useApp();
  const [error, setError] = useState<SessionError | null>(null);
  const [working, setWorking] = useState(false);

  async function comeBack(): Promise<void> {
    setWorking(true);
    const signedIn = await phone.signIn();
    setWorking(false);
    setError(signedIn.ok ? null : signedIn.error);
    if (signedIn.ok) phone.watch();
  }

  return (
    <main class="page centred">
      <Mark />
      <h1>{texts.welcome.title}</h1>
      <p class="lead">{texts.welcome.text}</p>
      {error === null ? null : <Notice kind="danger">{sessionErrorText(texts, error)}</Notice>}
      <Button icon="sensor" disabled={working} onPress={() => void comeBack()}>{texts.welcome.known}</Button>
      <p class="quiet">{texts.welcome.knownHint}</p>
    </main>
  );
}
