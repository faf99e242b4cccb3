import { Code, Drawer, Stack, Text } from "@mantine/core";
import type { AuditEvent } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { CopyValue } from "../../parts/copy";
import { type Fact, Facts } from "../../parts/facts";
import { Moment } from "../../parts/moment";
import type { Texts } from "../../texts/en";
import { useTexts } from "../../texts/texts";
import { kindWords, outcomeTones, reasonWords } from "./event_words";

export function EventDrawer({ event, onClose }: { event: AuditEvent | null; onClose: () => void }) {
  const texts = useTexts();
  return (
    <Drawer opened={event !== null} onClose={onClose} title={event ? kindWords(texts, event.kind) : texts.audit.detail}>
      {event && (
        <Stack gap="md">
          <div>
            <StateBadge tone={outcomeTones[event.outcome]}>{texts.audit.outcomes[event.outcome]}</StateBadge>
          </div>
          <Facts facts={eventFacts(texts, event)} />
          {!event.clock_trusted && (
            <Text size="sm" c="dimmed">
              {texts.audit.clockUntrusted}
            </Text>
          )}
        </Stack>
      )}
    </Drawer>
  );
}

function eventFacts(texts: Texts, event: AuditEvent): Fact[] {
  const words = texts.audit;
  const optional: [string, string | null | undefined][] = [
    [words.reason, reasonWords(texts, event)],
    [words.actor, event.actor?.name],
    [words.filters.technician, event.technician?.name],
    [words.account, event.account],
    [words.filters.device, event.device?.name],
    [words.filters.customer, event.tenant?.name],
    [words.subject, event.subject_name],
    [words.service, event.service],
    [words.terminal, event.terminal],
    [words.remote, event.remote_host],
    [words.ticket, event.ticket],
    [words.statedReason, event.stated_reason],
    [words.duration, event.duration_ms === null ? null : `${Math.round(event.duration_ms / 1000)} s`],
    [words.count, event.count > 1 ? String(event.count) : null],
    [words.session, event.session_id],
    [words.request, event.request_id],
  ];
  return [
    { label: words.columns.at, value: <Moment at={event.at} form="date" /> },
    ...optional.flatMap(([label, value]) => (value ? [{ label, value }] : [])),
    { label: words.source, value: words.sources[event.source] },
    { label: words.received, value: <Moment at={event.received_at} form="date" /> },
    { label: words.sequence, value: event.sequence },
    {
      label: words.hash,
      value: (
        <>
          <Code>{event.hash}</Code> <CopyValue value={event.hash} label={words.hash} />
        </>
      ),
    },
  ];
}
