import { Alert, Button, Drawer, Group, List, Stack, Text, TextInput } from "@mantine/core";
import { IconMinus, IconUserCheck } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, body, type Versioned } from "../../api/client";
import { roleQuery, teamQuery } from "../../api/queries";
import type { Change, Role, RoleList } from "../../api/types";
import { Loaded } from "../../parts/loaded";
import { isName } from "../../parts/names";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { PermissionBoxes } from "./permission_boxes";
import { type PermissionChange, permissionChange, permissionName } from "./permission_groups";

interface EditRoleProps {
  role: Role;
  offered: RoleList["permissions"];
  onClose: () => void;
  onSaved: (change: Change | null) => void;
}

export function EditRoleDrawer({ opened, ...props }: EditRoleProps & { opened: boolean }) {
  const words = useTexts().roles;
  const query = useQuery({ ...roleQuery(props.role.id), enabled: opened });
  return (
    <Drawer opened={opened} onClose={props.onClose} title={words.editTitle(props.role.name)}>
      <Loaded query={query}>{(role) => <EditRoleForm key={role.etag} {...props} versioned={role} />}</Loaded>
    </Drawer>
  );
}

function EditRoleForm({ versioned, offered, onClose, onSaved }: EditRoleProps & { versioned: Versioned<Role> }) {
  const texts = useTexts();
  const words = texts.roles;
  const say = useChangeSaying();
  const client = useQueryClient();
  const { id: role_id, name: before, purpose, permissions, rights } = versioned.value;
  const [name, setName] = useState(before);
  const [chosen, setChosen] = useState<string[]>([...permissions]);
  const difference = permissionChange(permissions, chosen);
  const same = name.trim() === before && difference.given.length === 0 && difference.taken.length === 0;
  const saving = useAct({
    act: () =>
      body(
        api.PATCH("/roles/{role_id}", {
          params: { path: { role_id }, header: { "If-Match": versioned.etag } },
          body: { name: name.trim(), permissions: chosen },
        }),
      ),
    touches: ["rights", "changes", "technicians", "devices"],
    says: ({ change }) => (change === null ? words.saved : say(change)),
    onDone: ({ change }) => {
      onClose();
      onSaved(change);
    },
  });
  const reload = () => {
    saving.reset();
    void client.invalidateQueries({ queryKey: ["rights"] });
  };
  const ready = isName(name) && chosen.length > 0 && !same;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) saving.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={!isName(name) && texts.problems.fields.name}
          required
          data-autofocus
        />
        <PermissionBoxes offered={offered} purpose={purpose} chosen={chosen} onChange={setChosen} />
        {chosen.length === 0 && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {words.atLeastOne}
          </Text>
        )}
        <WhatChanges difference={difference} rights={rights} />
        <ProblemNotice error={saving.error} onRetry={reload} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={!ready} loading={saving.isPending}>
            {texts.common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Said before saving: what goes at once, and what has to wait for somebody else. */
function WhatChanges({ difference, rights }: { difference: PermissionChange; rights: number }) {
  const words = useTexts().roles;
  const { data: team } = useQuery(teamQuery);
  const { given, taken } = difference;
  if (given.length === 0 && taken.length === 0) return null;
  if (rights === 0) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {words.unusedChange}
      </Text>
    );
  }
  return (
    <Stack gap="sm" role="status">
      {taken.length > 0 && (
        <Told title={words.takenTitle} color="gray" icon={<IconMinus size={18} />} permissions={taken} />
      )}
      {given.length > 0 && (
        <Told
          title={team?.value.administrators === 1 ? words.givenAloneTitle : words.givenTitle}
          color="yellow"
          icon={<IconUserCheck size={18} />}
          permissions={given}
        />
      )}
    </Stack>
  );
}

interface ToldProps {
  title: string;
  color: string;
  icon: ReactNode;
  permissions: readonly string[];
}

function Told({ title, color, icon, permissions }: ToldProps) {
  const texts = useTexts();
  return (
    <Alert variant="light" color={color} icon={icon} title={title}>
      <List size="sm">
        {permissions.map((permission) => (
          <List.Item key={permission}>{permissionName(texts, permission)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
