import { Button, Drawer, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api, body } from "../../api/client";
import type { Role, RoleList } from "../../api/types";
import { isName } from "../../parts/names";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { PermissionBoxes } from "./permission_boxes";
import { type Purpose, purposesOffered } from "./permission_groups";

interface NewRoleProps {
  offered: RoleList["permissions"];
  /** The role it begins as a copy of. */
  original?: Role;
  onClose: () => void;
  onAdded: (role: Role) => void;
}

export function NewRoleDrawer({ opened, ...props }: NewRoleProps & { opened: boolean }) {
  const words = useTexts().roles;
  return (
    <Drawer opened={opened} onClose={props.onClose} title={words.addTitle}>
      <NewRoleForm {...props} />
    </Drawer>
  );
}

function NewRoleForm({ offered, original, onClose, onAdded }: NewRoleProps) {
  const texts = useTexts();
  const words = texts.roles;
  const guards = (permission: string) => offered.some(({ name, purpose: of }) => name === permission && of === original?.purpose);
  const [name, setName] = useState(original ? words.cloneName(original.name) : "");
  const [purpose, setPurpose] = useState<Purpose>(original?.purpose ?? "devices");
  const [chosen, setChosen] = useState<string[]>(original?.permissions.filter(guards) ?? []);
  const [tried, setTried] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const possible = purposesOffered(offered);
  const adding = useAct({
    act: () =>
      body(
        api.POST("/roles", {
          params: { header: { "Idempotency-Key": key } },
          body: { name: name.trim(), purpose, permissions: chosen },
        }),
      ),
    touches: ["rights"],
    says: (role) => words.added(role.name),
    onDone: (role) => {
      onClose();
      onAdded(role);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isName(name) && chosen.length > 0) adding.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={(tried || name !== "") && !isName(name) && texts.problems.fields.name}
          required
          data-autofocus
        />
        <Select
          label={words.purpose}
          description={words.purposeHint}
          data={possible.map((value) => ({ value, label: words.purposes[value] }))}
          value={purpose}
          onChange={(value) => {
            const next = possible.find((known) => known === value);
            if (next === undefined || next === purpose) return;
            setPurpose(next);
            setChosen([]);
          }}
          allowDeselect={false}
          disabled={original !== undefined}
        />
        <PermissionBoxes offered={offered} purpose={purpose} chosen={chosen} onChange={setChosen} />
        {tried && chosen.length === 0 && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {words.atLeastOne}
          </Text>
        )}
        <ProblemNotice error={adding.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" loading={adding.isPending}>
            {words.add}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
