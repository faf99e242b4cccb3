import { useEffect } from "preact/hooks";
import { useApp } from "./context.ts";
import { Mark } from "./parts.tsx";

const askAgainAfter = 5_000;

export function WaitingScreen({ teamName }: { teamName: string }) {
  const { phone, texts } = useApp();
  useEffect(() => {
    const timer = setInterval(() => void phone.refresh(), askAgainAfter);
    return () => clearInterval(timer);
  }, [phone]);
  return (
    <main class="page centred">
      <Mark />
      <h1>{texts.waiting.title}</h1>
      <p class="lead" role="status">{texts.waiting.text(teamName)}</p>
    </main>
  );
}
