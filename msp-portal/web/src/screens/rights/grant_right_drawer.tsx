import { Button, Drawer, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "../../api/client";
import { rolesQuery, techniciansQuery } from "../../api/queries";
import type { RightSubject } from "../../api/types";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { fitsPurpose, ObjectChooser, type ObjectChoice, objectOf, startingChoice } from "./object_chooser";

export interface GrantFor {
  technicianId?: string;
  tenantId?: string;
  deviceId?: string;
}

interface GrantRightDrawerProps {
  opened: boolean;
  onClose: () => void;
  grantFor: GrantFor;
  onGranted?: () => void;
}

export function GrantRightDrawer({ opened, onClose, grantFor, onGranted }: GrantRightDrawerProps) {
  const texts = useTexts();
  return (
    <Drawer opened={opened} onClose={onClose} title={texts.rights.grantTitle}>
      <GrantRightForm onClose={onClose} grantFor={grantFor} onGranted={onGranted} />
    </Drawer>
  );
}

const everyone = "everyone";

function GrantRightForm({ onClose, grantFor, onGranted }: Omit<GrantRightDrawerProps, "opened">) {
  const texts = useTexts();
  const say = useChangeSaying();
  const { data: technicians = [] } = useQuery(techniciansQuery);
  const { data: roles = [] } = useQuery(rolesQuery);
  const [who, setWho] = useState<string | null>(grantFor.technicianId ?? null);
  const [choice, setChoice] = useState<ObjectChoice>(() => startingChoice(grantFor));
  const [role, setRole] = useState<string | null>(null);
  const [until, setUntil] = useState("");
  const fitting = roles.filter((candidate) => fitsPurpose(choice, candidate.purpose));
  const roleId = fitting.find(({ id }) => id === role)?.id ?? fitting[0]?.id ?? null;
  const object = objectOf(choice);
  const granting = useAct({
    act: ({ subject, roleId }: { subject: RightSubject; roleId: string }) => {
      if (object === null) throw new Error("no object was chosen");
      return body(
        api.POST("/rights", {
          params: { header: { "Idempotency-Key": crypto.randomUUID() } },
          body: {
            subject,
            object,
            role_id: roleId,
            valid_from: null,
            valid_until: until === "" ? null : new Date(until).toISOString(),
          },
        }),
      );
    },
    touches: ["rights", "changes", "technicians"],
    says: ({ change }) => say(change),
    onDone: () => {
      onGranted?.();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (who === null || roleId === null || object === null) return;
    const subject: RightSubject = who === everyone ? { kind: "everyone", id: null } : { kind: "technician", id: who };
    granting.mutate({ subject, roleId });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {texts.rights.grantLead}
        </Text>
        <Select
          label={texts.rights.who}
          data={[
            { value: everyone, label: texts.rights.subjects.everyone },
            ...technicians.map(({ id, name, account }) => ({ value: id, label: `${name} (${account})` })),
          ]}
          value={who}
          onChange={setWho}
          searchable
          required
          data-autofocus
        />
        <ObjectChooser choice={choice} onChange={setChoice} />
        <Select
          label={texts.rights.role}
          data={fitting.map(({ id, name }) => ({ value: id, label: name }))}
          value={roleId}
          onChange={setRole}
          allowDeselect={false}
          required
        />
        <TextInput
          type="datetime-local"
          label={`${texts.rights.until} (${texts.common.optional})`}
          description={texts.rights.untilHint}
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <ProblemNotice error={granting.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" loading={granting.isPending} disabled={who === null || roleId === null || object === null}>
            {texts.rights.grant}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
