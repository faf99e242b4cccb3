import type { AuditEvent } from "../../api/types";
import type { CsvValue } from "../../parts/grid/csv";
import type { Texts } from "../../texts/en";

export const mostExported = 50_000;

interface Page {
  items: readonly AuditEvent[];
  next: string | null;
}

interface Reading {
  page: (after: string | undefined) => Promise<Page>;
  onCount: (count: number) => void;
  stopped: () => boolean;
  most?: number;
}

/** Every event that the filter lets through, not only those on the page; null when it was stopped. */
export async function readEvents({ page, onCount, stopped, most = mostExported }: Reading) {
  const events: AuditEvent[] = [];
  let after: string | undefined;
  for (;;) {
    const { items, next } = await page(after);
    if (stopped()) return null;
    events.push(...items);
    onCount(events.length);
    if (next === null) return { events, complete: true };
    if (events.length >= most) return { events: events.slice(0, most), complete: false };
    after = next;
  }
}

/** Machine words where there are some: what reads the file should not depend on a language. */
export function eventLines(texts: Texts, events: readonly AuditEvent[]): CsvValue[][] {
  return [
    [...texts.audit.exportColumns],
    ...events.map((event) => [
      event.at,
      event.received_at,
      event.kind,
      event.outcome,
      event.reason,
      event.actor?.name ?? null,
      event.technician?.name ?? null,
      event.account,
      event.device?.name ?? null,
      event.tenant?.name ?? null,
      event.subject_name,
      event.service,
      event.terminal,
      event.remote_host,
      event.ticket,
      event.stated_reason,
      event.duration_ms === null ? null : event.duration_ms / 1000,
      event.count,
      event.clock_trusted,
      event.source,
      event.sequence,
      event.hash,
      event.session_id,
      event.request_id,
      event.id,
    ]),
  ];
}
