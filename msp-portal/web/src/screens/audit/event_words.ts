import type { AuditEvent, AuditOutcome } from "../../api/types";
import type { Tone } from "../../parts/badge";
import type { Texts } from "../../texts/en";

export const outcomeTones: Record<AuditOutcome, Tone> = { success: "good", refused: "bad", failed: "bad", noted: "quiet" };

/** A machine word as a person would write it: the kinds of later versions are readable, too. */
export function readable(word: string): string {
  const text = word.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const kindWords = (texts: Texts, kind: string) => texts.audit.kinds[kind] ?? readable(kind);

/** A change's reason is what it would do; of all others the reason is a word of its own. */
export function reasonWords(texts: Texts, { kind, reason }: Pick<AuditEvent, "kind" | "reason">): string | null {
  if (reason === null) return null;
  const changes: Readonly<Record<string, string>> = texts.requests.kinds;
  return (kind.startsWith("change_") ? changes[reason] : undefined) ?? readable(reason);
}

export function whoWords(event: AuditEvent): string {
  return (event.actor ?? event.technician)?.name ?? event.account ?? "–";
}

/** Where it happened, or what a portal event was about. */
export function whereWords(event: AuditEvent): string {
  const place = [event.device?.name, event.tenant?.name].filter((name) => name !== undefined);
  if (place.length > 0) return place.join(" · ");
  return event.subject_name ?? "–";
}
