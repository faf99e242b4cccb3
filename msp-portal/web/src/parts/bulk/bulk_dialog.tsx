import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTexts } from "../../texts/texts";
import { ReasonField, WhatHappens } from "../confirm_parts";
import { refresh } from "../use_act";
import type { BulkAction } from "./bulk_action";
import { BulkResults } from "./bulk_results";
import { endsSession, type Outcome, runBulk } from "./run_bulk";
import styles from "./bulk.module.css";

interface BulkDialogProps<Row> {
  action: BulkAction<Row>;
  rows: readonly Row[];
  rowId: (row: Row) => string;
  rowLabel: (row: Row) => string;
  onClose: () => void;
}

/** First what follows, then one result for each row. The rows stay those that were chosen, whatever happens meanwhile. */
export function BulkDialog<Row>({ action, rows, rowId, rowLabel, onClose }: BulkDialogProps<Row>) {
  const client = useQueryClient();
  const [chosen] = useState(rows);
  const fitting = chosen.filter((row) => action.refuses(row) === null);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [reason, setReason] = useState("");
  const stop = useRef(false);
  const running = useMutation({
    mutationFn: async ({ items, because }: { items: readonly Row[]; because: string }) => {
      stop.current = false;
      let signedOut: unknown = null;
      await runBulk({
        items,
        act: (row) => action.act(row, because),
        stopped: () => stop.current,
        onOutcome: (row, outcome) => {
          if (outcome.kind === "failed" && endsSession(outcome.error)) signedOut = outcome.error;
          setOutcomes((before) => new Map(before).set(rowId(row), outcome));
        },
      });
      if (signedOut !== null) throw signedOut;
    },
    onSettled: () => refresh(client, action.touches),
  });
  const run = (items: readonly Row[], because: string) => {
    setReason(because);
    setOutcomes((before) => new Map([...before, ...items.map((row) => [rowId(row), { kind: "waiting" }] as const)]));
    running.mutate({ items, because });
  };
  const begun = outcomes.size > 0;
  const undone = fitting.filter((row) => ["failed", "untried"].includes(outcomes.get(rowId(row))?.kind ?? ""));
  return (
    <Modal
      opened
      onClose={onClose}
      title={begun ? action.label : action.title(fitting.length)}
      size="lg"
      closeOnClickOutside={!begun}
      closeOnEscape={!running.isPending}
      withCloseButton={!running.isPending}
    >
      {begun ? (
        <BulkResults
          rows={fitting.map((row) => ({ id: rowId(row), label: rowLabel(row), outcome: outcomes.get(rowId(row)) }))}
          busy={running.isPending}
          onStop={() => {
            stop.current = true;
          }}
          onAgain={undone.length > 0 ? () => run(undone, reason) : undefined}
          onClose={onClose}
        />
      ) : (
        <BulkConfirm
          action={action}
          chosen={chosen}
          fitting={fitting}
          rowLabel={rowLabel}
          onClose={onClose}
          onConfirm={(because) => run(fitting, because)}
        />
      )}
    </Modal>
  );
}

interface BulkConfirmProps<Row> {
  action: BulkAction<Row>;
  chosen: readonly Row[];
  fitting: readonly Row[];
  rowLabel: (row: Row) => string;
  onClose: () => void;
  onConfirm: (reason: string) => void;
}

function BulkConfirm<Row>({ action, chosen, fitting, rowLabel, onClose, onConfirm }: BulkConfirmProps<Row>) {
  const texts = useTexts();
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const count = String(fitting.length);
  const { asksReason = false, typesCount = false, danger = false } = action;
  const ready =
    fitting.length > 0 && (!typesCount || typed.trim() === count) && (!asksReason || reason.trim() !== "");
  const left = chosen.flatMap((row) => {
    const why = action.refuses(row);
    return why === null ? [] : [`${rowLabel(row)}: ${why}`];
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onConfirm(reason.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {fitting.length > 0 && <WhatHappens lines={action.cascade(fitting)} />}
        {fitting.length > 0 && action.extra?.(fitting)}
        <Names title={texts.bulk.appliesTo(fitting.length)} names={fitting.map(rowLabel)} />
        <Names title={texts.bulk.leftOut(left.length)} names={left} />
        {asksReason && <ReasonField value={reason} onChange={setReason} />}
        {typesCount && fitting.length > 0 && (
          <TextInput
            label={texts.confirm.typeName(count)}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            inputMode="numeric"
            autoComplete="off"
            data-autofocus={!asksReason || undefined}
          />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" color={danger ? "red" : undefined} disabled={!ready}>
            {action.label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Names({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {title}
      </Text>
      {/* It scrolls, so the keyboard has to reach it. */}
      <ul className={styles.names} tabIndex={0} aria-label={title}>
        {names.map((name, index) => (
          <li key={`${index}-${name}`}>{name}</li>
        ))}
      </ul>
    </div>
  );
}
