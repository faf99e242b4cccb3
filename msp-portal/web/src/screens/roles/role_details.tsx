import { Alert, Button, Group } from "@mantine/core";
import { IconArrowLeft, IconCopy, IconLock, IconPencil, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, nothing } from "../../api/client";
import { effectOf, previewing } from "../../api/preview";
import type { Role, RoleList } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { Panel, Stacked } from "../../parts/page";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { ChangeNotice } from "../requests/change_notice";
import { EffectPreview } from "../effect/effect_lines";
import { RightsThatGo } from "../rights/rights_that_go";
import { EditRoleDrawer } from "./edit_role_drawer";
import { NewRoleDrawer } from "./new_role_drawer";
import { type PermissionGroup, permissionGroups, permissionName } from "./permission_groups";
import { RoleUsers } from "./role_users";
import styles from "./roles.module.css";

interface RoleDetailsProps {
  role: Role;
  offered: RoleList["permissions"];
  onChosen: (id: string | undefined) => void;
}

export function RoleDetails({ role, offered, onChosen }: RoleDetailsProps) {
  const texts = useTexts();
  const words = texts.roles;
  const [open, setOpen] = useState<"clone" | "edit" | "remove" | null>(null);
  const [waiting, setWaiting] = useState<string | null>(null);
  const close = () => setOpen(null);
  const groups = permissionGroups(offered, role.purpose)
    .map(({ word, names }) => ({ word, names: names.filter((name) => role.permissions.includes(name)) }))
    .filter(({ names }) => names.length > 0);
  return (
    <Stacked>
      <Button
        className={styles.back}
        variant="subtle"
        color="gray"
        leftSection={<IconArrowLeft size={16} />}
        onClick={() => onChosen(undefined)}
      >
        {words.back}
      </Button>
      {waiting !== null && <ChangeNotice changeId={waiting} />}
      <Panel
        title={role.name}
        actions={
          <Group gap="xs">
            <Button size="sm" variant="default" leftSection={<IconCopy size={16} />} onClick={() => setOpen("clone")}>
              {words.clone}
            </Button>
            {!role.system && (
              <>
                <Button size="sm" variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen("edit")}>
                  {words.edit}
                </Button>
                <Button
                  size="sm"
                  variant="default"
                  c="var(--mantine-color-error)"
                  leftSection={<IconTrash size={16} />}
                  onClick={() => setOpen("remove")}
                >
                  {texts.common.delete}
                </Button>
              </>
            )}
          </Group>
        }
      >
        <Group gap="xs" mb="md">
          <StateBadge tone="quiet">{words.purposes[role.purpose]}</StateBadge>
          {role.system && <StateBadge tone="quiet">{words.system}</StateBadge>}
        </Group>
        {role.system && (
          <Alert mb="md" variant="light" color="gray" icon={<IconLock size={18} />}>
            {words.systemLocked}
          </Alert>
        )}
        <Permissions groups={groups} />
      </Panel>
      <RoleUsers role={role} />
      <NewRoleDrawer opened={open === "clone"} offered={offered} original={role} onClose={close} onAdded={({ id }) => onChosen(id)} />
      <EditRoleDrawer
        opened={open === "edit"}
        role={role}
        offered={offered}
        onClose={close}
        onSaved={(change) => setWaiting(change?.state === "pending" ? change.id : null)}
      />
      <DeleteRoleDialog opened={open === "remove"} role={role} onClose={close} onDeleted={() => onChosen(undefined)} />
    </Stacked>
  );
}

/** What the role has of what there is; words that guard nothing are not shown. */
function Permissions({ groups }: { groups: readonly PermissionGroup[] }) {
  const texts = useTexts();
  if (groups.length === 0) return <p className={styles.none}>{texts.roles.allowsNothing}</p>;
  return groups.map(({ word, names }) => (
    <div key={word} className={styles.group}>
      <h3 className={styles.groupTitle}>{texts.roles.groups[word]}</h3>
      <ul className={styles.permissions}>
        {names.map((name) => (
          <li key={name}>
            <strong>{permissionName(texts, name)}</strong>
            <span>{texts.permissions[name]?.hint}</span>
          </li>
        ))}
      </ul>
    </div>
  ));
}

interface DeleteRoleDialogProps {
  opened: boolean;
  role: Role;
  onClose: () => void;
  onDeleted: () => void;
}

function DeleteRoleDialog({ opened, role, onClose, onDeleted }: DeleteRoleDialogProps) {
  const texts = useTexts();
  const words = texts.roles;
  const client = useQueryClient();
  const { id: role_id, name, rights } = role;
  const params = { params: { path: { role_id }, query: { name } } };
  const deleting = useAct({
    act: () => nothing(api.DELETE("/roles/{role_id}", params)),
    touches: ["technicians", "devices", "departments", "device_groups", "changes"],
    says: () => words.removed(name),
    onDone: () => {
      onDeleted();
      client.removeQueries({ queryKey: ["rights", "role", role_id] });
      void client.invalidateQueries({ queryKey: ["rights"] });
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={words.removeTitle(name)}
      cascade={words.removeCascade(rights)}
      confirm={texts.common.delete}
      typedName={name}
      busy={deleting.isPending}
      error={deleting.error}
      onConfirm={() => deleting.mutate()}
    >
      {opened && rights > 0 && (
        <>
          <RightsThatGo filter={{ role_id }} count={rights} />
          <EffectPreview about={["role", role_id]} ask={() => effectOf(api.DELETE("/roles/{role_id}", { ...params, headers: previewing }))} />
        </>
      )}
    </ConfirmDialog>
  );
}
