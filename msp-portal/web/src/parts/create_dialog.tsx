import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Reference } from "../api/types";
import { useTexts } from "../texts/texts";
import { isName } from "./names";
import { ProblemNotice } from "./problem_notice";
import { type Topic, useAct } from "./use_act";

interface CreateProps<Made extends Reference> {
  title: string;
  lead: string;
  label: string;
  /** `key` makes asking twice harmless: the server makes one. */
  create: (name: string, key: string) => Promise<Made>;
  touches: readonly Topic[];
  says: (name: string) => string;
  /** False while something else is to be chosen. */
  ready?: boolean;
  onClose: () => void;
  onCreated?: (made: Made) => void;
  children?: ReactNode;
}

/** For what needs nothing but a name to begin with. */
export function CreateDialog<Made extends Reference>({ opened, ...props }: CreateProps<Made> & { opened: boolean }) {
  return (
    <Modal opened={opened} onClose={props.onClose} title={props.title}>
      <CreateForm {...props} />
    </Modal>
  );
}

function CreateForm<Made extends Reference>(props: CreateProps<Made>) {
  const { title, lead, label, create, touches, says, ready = true, onClose, onCreated, children } = props;
  const texts = useTexts();
  const [name, setName] = useState("");
  const [key] = useState(() => crypto.randomUUID());
  const creating = useAct({
    act: (wanted: string) => create(wanted, key),
    touches,
    says: (made) => says(made.name),
    onDone: (made) => {
      onClose();
      onCreated?.(made);
    },
  });
  const valid = ready && isName(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid) creating.mutate(name.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
        {children}
        <TextInput
          label={label}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={name !== "" && !isName(name) && texts.problems.fields.name}
          required
          data-autofocus
        />
        <ProblemNotice error={creating.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={!valid} loading={creating.isPending}>
            {title}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
