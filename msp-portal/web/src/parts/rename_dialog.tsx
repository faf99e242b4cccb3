import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTexts } from "../texts/texts";
import { isName } from "./names";
import { ProblemNotice } from "./problem_notice";

interface RenameDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  label: string;
  current: string;
  busy: boolean;
  error: unknown;
  onRename: (name: string) => void;
  onReload: () => void;
}

export function RenameDialog(props: RenameDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
      <RenameForm {...props} />
    </Modal>
  );
}

function RenameForm({ label, current, busy, error, onRename, onReload, onClose }: RenameDialogProps) {
  const texts = useTexts();
  const [name, setName] = useState(current);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isName(name)) onRename(name.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={label}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={name !== "" && !isName(name) && texts.problems.fields.name}
          required
          data-autofocus
        />
        <ProblemNotice error={error} onRetry={onReload} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={!isName(name) || name.trim() === current} loading={busy}>
            {texts.common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
