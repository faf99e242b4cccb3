import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTexts } from "../texts/texts";
import { ReasonField, WhatHappens } from "./confirm_parts";
import { ProblemNotice } from "./problem_notice";

interface ConfirmDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What follows from it, shown before it happens. */
  cascade: readonly string[];
  confirm: string;
  /** Where it hurts, this name has to be typed first. */
  typedName?: string;
  asksReason?: boolean;
  /** False while something is still to be chosen. */
  ready?: boolean;
  busy: boolean;
  error: unknown;
  onConfirm: (reason: string) => void;
  children?: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} size="lg">
      <ConfirmForm {...props} />
    </Modal>
  );
}

function ConfirmForm({
  cascade,
  confirm,
  typedName,
  asksReason = false,
  ready: chosen = true,
  busy,
  error,
  onConfirm,
  onClose,
  children,
}: ConfirmDialogProps) {
  const texts = useTexts();
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const ready = chosen && (typedName === undefined || typed.trim() === typedName) && (!asksReason || reason.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onConfirm(reason.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <WhatHappens lines={cascade} />
        {children}
        {asksReason && <ReasonField value={reason} onChange={setReason} />}
        {typedName !== undefined && (
          <TextInput
            label={texts.confirm.typeName(typedName)}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus={!asksReason || undefined}
          />
        )}
        <ProblemNotice error={error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" color="red" disabled={!ready} loading={busy}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
