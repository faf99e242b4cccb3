import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTexts } from "../../texts/texts";
import { type Tone, StateBadge } from "../badge";
import { CopyValue } from "../copy";
import { problemText } from "../problem_notice";
import styles from "./bulk.module.css";
import type { Outcome } from "./run_bulk";

const tones: Record<Outcome["kind"], Tone> = { waiting: "quiet", running: "wait", done: "good", failed: "bad", untried: "quiet" };

interface BulkResultsProps {
  rows: readonly { id: string; label: string; outcome: Outcome | undefined }[];
  busy: boolean;
  onStop: () => void;
  onAgain: (() => void) | undefined;
  onClose: () => void;
}

export function BulkResults({ rows, busy, onStop, onAgain, onClose }: BulkResultsProps) {
  const texts = useTexts();
  const words = texts.bulk;
  const list = useRef<HTMLUListElement>(null);
  // What had the focus is gone, the form or a button; the keyboard goes on where the results appear.
  useEffect(() => list.current?.focus(), [busy]);
  const count = (kind: Outcome["kind"]) => rows.filter(({ outcome }) => outcome?.kind === kind).length;
  const ended = count("done") + count("failed") + count("untried");
  const summary = busy ? words.progress(ended, rows.length) : words.summary(count("done"), count("failed"), count("untried"));
  return (
    <Stack gap="md">
      <Text fw={600} size="sm" role="status">
        {summary}
      </Text>
      {busy && <Progress value={(100 * ended) / rows.length} aria-label={words.progress(ended, rows.length)} />}
      <ul ref={list} className={styles.results} tabIndex={0} aria-label={words.results}>
        {rows.map(({ id, label, outcome }) => (
          <li key={id}>
            <span className={styles.resultName}>{label}</span>
            <span className={styles.resultText}>
              {outcome?.kind === "done" && outcome.says}
              {outcome?.kind === "failed" && problemText(texts, outcome.error)}
              {outcome?.kind === "done" && outcome.copy !== null && <CopyValue value={outcome.copy} label={label} />}
            </span>
            {outcome && <StateBadge tone={tones[outcome.kind]}>{words.outcomes[outcome.kind]}</StateBadge>}
          </li>
        ))}
      </ul>
      <Group justify="flex-end" gap="sm">
        {busy ? (
          <Button variant="default" onClick={onStop}>
            {words.stop}
          </Button>
        ) : (
          <>
            {onAgain && (
              <Button variant="default" onClick={onAgain}>
                {words.again}
              </Button>
            )}
            <Button onClick={onClose}>
              {texts.common.close}
            </Button>
          </>
        )}
      </Group>
    </Stack>
  );
}
