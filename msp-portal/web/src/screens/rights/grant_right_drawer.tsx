import { Button, Drawer, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "../../api/client";
import { departmentsQuery, rolesQuery, techniciansQuery } from "../../api/queries";
import type { RightSubject } from "../../api/types";
import { Chooser } from "../../parts/chooser";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { fitsPurpose, ObjectChooser, type ObjectChoice, objectOf, startingChoice } from "./object_chooser";
import type { Access } from "./right_words";

export interface GrantFor {
  technicianId?: string;
  departmentId?: string;
  tenantId?: string;
  deviceId?: string;
  deviceGroupId?: string;
}

interface GrantRightDrawerProps {
  opened: boolean;
  onClose: () => void;
  grantFor: GrantFor;
  access?: Access;
  onGranted?: () => void;
}

export function GrantRightDrawer({ opened, onClose, ...form }: GrantRightDrawerProps) {
  const texts = useTexts();
  return (
    <Drawer opened={opened} onClose={onClose} title={texts.rights.grantTitle}>
      <GrantRightForm onClose={onClose} {...form} />
    </Drawer>
  );
}

const everyone = "everyone";

/** A choice of the list of who: `everyone`, or a kind and an id. */
function subjectOf(choice: string): RightSubject | null {
  if (choice === everyone) return { kind: "everyone", id: null };
  const [kind, id] = choice.split("/");
  if (id === undefined || (kind !== "department" && kind !== "technician")) return null;
  return { kind, id };
}

function startingSubject({ technicianId, departmentId }: GrantFor): string | null {
  if (technicianId) return `technician/${technicianId}`;
  return departmentId ? `department/${departmentId}` : null;
}

function GrantRightForm({ onClose, grantFor, access, onGranted }: Omit<GrantRightDrawerProps, "opened">) {
  const texts = useTexts();
  const words = texts.rights;
  const say = useChangeSaying();
  const { data: technicians = [] } = useQuery(techniciansQuery);
  const { data: departments = [] } = useQuery(departmentsQuery);
  const { data: roles = [] } = useQuery(rolesQuery);
  const [who, setWho] = useState<string | null>(() => startingSubject(grantFor));
  const [choice, setChoice] = useState<ObjectChoice>(() => startingChoice(grantFor, access));
  const [role, setRole] = useState<string | null>(null);
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const fitting = roles.filter((candidate) => fitsPurpose(choice, candidate.purpose));
  // A role of the team's own is chosen, never fallen into.
  const roleId = (fitting.find(({ id }) => id === role) ?? fitting.find(({ system }) => system) ?? fitting[0])?.id ?? null;
  const object = objectOf(choice);
  const subject = who === null ? null : subjectOf(who);
  const endsFirst = from !== "" && until !== "" && until <= from;
  const granting = useAct({
    act: () => {
      if (object === null || subject === null || roleId === null) throw new Error("the right is not complete");
      return body(
        api.POST("/rights", {
          params: { header: { "Idempotency-Key": crypto.randomUUID() } },
          body: {
            subject,
            object,
            role_id: roleId,
            valid_from: from === "" ? null : new Date(from).toISOString(),
            valid_until: until === "" ? null : new Date(until).toISOString(),
          },
        }),
      );
    },
    touches: ["rights", "changes", "technicians", "departments", "device_groups"],
    says: ({ change }) => say(change),
    onDone: () => {
      onGranted?.();
      onClose();
    },
  });
  const ready = subject !== null && roleId !== null && object !== null && !endsFirst;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) granting.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {words.grantLead}
        </Text>
        <Chooser
          label={words.who}
          data={[
            { value: everyone, label: words.everyoneOnTeam },
            { group: words.departments, items: departments.map(({ id, name }) => ({ value: `department/${id}`, label: name })) },
            {
              group: words.technicians,
              items: technicians.map(({ id, name, account }) => ({ value: `technician/${id}`, label: `${name} (${account})` })),
            },
          ]}
          value={who}
          onChange={setWho}
          required
          data-autofocus
        />
        <ObjectChooser choice={choice} onChange={setChoice} access={access} />
        <Select
          label={words.role}
          data={fitting.map(({ id, name }) => ({ value: id, label: name }))}
          value={roleId}
          onChange={setRole}
          allowDeselect={false}
          required
        />
        <TextInput
          type="datetime-local"
          label={`${words.from} (${texts.common.optional})`}
          description={words.fromHint}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={`${words.until} (${texts.common.optional})`}
          description={words.untilHint}
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
          error={endsFirst && texts.policies.wrong.until}
        />
        <ProblemNotice error={granting.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" loading={granting.isPending} disabled={!ready}>
            {words.grant}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
