import { Button } from "@mantine/core";
import { IconId, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { roleListQuery } from "../../api/queries";
import type { RoleList as Listed } from "../../api/types";
import { EmptyState } from "../../parts/empty_state";
import { Loaded } from "../../parts/loaded";
import { Page, Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { NewRoleDrawer } from "./new_role_drawer";
import { RoleDetails } from "./role_details";
import { RoleList } from "./role_list";
import styles from "./roles.module.css";

export function RolesScreen() {
  const texts = useTexts();
  const words = texts.roles;
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
          {words.add}
        </Button>
      }
    >
      <Loaded query={useQuery(roleListQuery)}>
        {(listed) => <RoleManager listed={listed} adding={adding} onAdded={() => setAdding(false)} />}
      </Loaded>
    </Page>
  );
}

interface RoleManagerProps {
  listed: Listed;
  adding: boolean;
  onAdded: () => void;
}

/** The list on the left, what the chosen role allows on the right; on a phone one after the other. */
function RoleManager({ listed, adding, onAdded }: RoleManagerProps) {
  const words = useTexts().roles;
  const navigate = useNavigate();
  const { role: chosen } = useSearch({ from: "/inside/roles" });
  const role = listed.items.find(({ id }) => id === chosen);
  const choose = (id: string | undefined) =>
    void navigate({ to: "/roles", search: (before) => ({ ...before, role: id }), resetScroll: false });
  return (
    <div className={styles.manager} data-chosen={role !== undefined || undefined}>
      <div className={styles.list}>
        <RoleList roles={listed.items} chosen={role?.id} />
      </div>
      <div className={styles.details}>
        {role ? (
          <RoleDetails key={role.id} role={role} offered={listed.permissions} onChosen={choose} />
        ) : (
          <Panel>
            <EmptyState icon={<IconId size={22} />} title={words.chooseTitle} text={words.chooseText} />
          </Panel>
        )}
      </div>
      <NewRoleDrawer opened={adding} offered={listed.permissions} onClose={onAdded} onAdded={({ id }) => choose(id)} />
    </div>
  );
}
