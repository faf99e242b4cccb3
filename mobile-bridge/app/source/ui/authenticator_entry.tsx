import { useMemo, useState } from "preact/hooks";
import { encode } from "uqr";
import type { AuthenticatorEntry, RememberedWorkstation, SecretError } from "../core/index.ts";
import { useApp } from "./context.ts";
import { Button, Notice } from "./parts.tsx";

/** The customer's secret for another authenticator, once. It lives here alone and is gone when the phone locks. */
export function AuthenticatorEntryCard({ workstation }: { workstation: RememberedWorkstation }) {
  const { phone, texts } = useApp();
  const words = texts.authenticator;
  const [asking, setAsking] = useState(false);
  const [entry, setEntry] = useState<AuthenticatorEntry | null>(null);
  const [error, setError] = useState<SecretError | null>(null);

  async function show(): Promise<void> {
    setAsking(true);
    const shown = await phone.showSecret(workstation.id);
    setAsking(false);
    setEntry(shown.ok ? shown.value : null);
    setError(shown.ok ? null : shown.error);
  }

  return (
    <details>
      <summary>{words.title}</summary>
      {entry === null ? (
        <>
          <p>{words.before(workstation.tenantName)}</p>
          {error === null ? null : <Notice kind="warning">{words.errors[error]}</Notice>}
          <Button disabled={asking} onPress={() => void show()}>{words.show}</Button>
        </>
      ) : (
        <div role="status">
          <p>{words.scan(entry.keyId)}</p>
          <Qr text={entry.uri} label={words.picture} />
          <p class="open-elsewhere"><a href={entry.uri}>{words.open}</a></p>
          <Button onPress={() => setEntry(null)}>{words.done}</Button>
        </div>
      )}
    </details>
  );
}

/** One SVG path: nothing for the content security policy to refuse. */
function Qr({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { size, data } = encode(text, { ecc: "M", border: 2 });
    return { size, path: data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("") };
  }, [text]);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
