import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api, body } from "../../api/client";
import type { Tenant } from "../../api/types";
import { isName } from "../../parts/names";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";

interface AddCustomerProps {
  onClose: () => void;
  onAdded?: (tenant: Tenant) => void;
}

export function AddCustomerDialog({ opened, ...props }: AddCustomerProps & { opened: boolean }) {
  const texts = useTexts();
  return (
    <Modal opened={opened} onClose={props.onClose} title={texts.customers.add}>
      <AddCustomerForm {...props} />
    </Modal>
  );
}

function AddCustomerForm({ onClose, onAdded }: AddCustomerProps) {
  const texts = useTexts();
  const [name, setName] = useState("");
  const [key] = useState(() => crypto.randomUUID());
  const adding = useAct({
    act: (wanted: string) =>
      body(api.POST("/tenants", { params: { header: { "Idempotency-Key": key } }, body: { name: wanted } })),
    touches: ["tenants"],
    says: (tenant) => texts.customers.added(tenant.name),
    onDone: (tenant) => {
      onAdded?.(tenant);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isName(name)) adding.mutate(name.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {texts.customers.addLead}
        </Text>
        <TextInput
          label={texts.customers.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={name !== "" && !isName(name) && texts.problems.fields.name}
          required
          data-autofocus
        />
        <ProblemNotice error={adding.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={!isName(name)} loading={adding.isPending}>
            {texts.customers.add}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
