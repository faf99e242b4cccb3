import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { AuditEvent } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";
import { EventDrawer } from "./event_drawer";
import styles from "./events_list.module.css";
import { kindWords, outcomeTones, reasonWords, whereWords, whoWords } from "./event_words";

/** Events as lines; each opens what else is known about it. */
export function EventsList({ events, label }: { events: readonly AuditEvent[]; label: string }) {
  const texts = useTexts();
  const [opened, setOpened] = useState<AuditEvent | null>(null);
  return (
    <>
      <ul className={styles.list} aria-label={label}>
        {events.map((event) => (
          <li key={event.id} className={styles.item}>
            <UnstyledButton className={styles.event} onClick={() => setOpened(event)}>
              <span className={styles.what}>
                {kindWords(texts, event.kind)}
                {event.count > 1 && ` ×${event.count}`}
                {event.reason && <span className={styles.reason}>{reasonWords(texts, event)}</span>}
              </span>
              <span className={styles.who}>{whoWords(event)}</span>
              <span className={styles.where}>{whereWords(event)}</span>
              <span className={styles.outcome}>
                <StateBadge tone={outcomeTones[event.outcome]}>{texts.audit.outcomes[event.outcome]}</StateBadge>
              </span>
            </UnstyledButton>
            <span className={styles.at}>
              <Moment at={event.at} />
            </span>
          </li>
        ))}
      </ul>
      <EventDrawer event={opened} onClose={() => setOpened(null)} />
    </>
  );
}
