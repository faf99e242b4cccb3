import { Accordion, Code, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { rolesQuery } from "../../api/queries";
import type { Role } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { Loaded } from "../../parts/loaded";
import { Page, Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import styles from "./roles.module.css";

const purposes = ["devices", "invitations", "administration"] as const;

export function RolesScreen() {
  const texts = useTexts();
  return (
    <Page title={texts.roles.title} lead={texts.roles.lead} width="narrow">
      <Loaded query={useQuery(rolesQuery)}>
        {(roles) =>
          purposes
            .map((purpose) => ({ purpose, fitting: roles.filter((role) => role.purpose === purpose) }))
            .filter(({ fitting }) => fitting.length > 0)
            .map(({ purpose, fitting }) => (
              <Panel key={purpose} title={texts.roles.purposes[purpose]} flush>
                <Accordion multiple variant="default" mt="xs">
                  {fitting.map((role) => (
                    <RoleItem key={role.id} role={role} />
                  ))}
                </Accordion>
              </Panel>
            ))
        }
      </Loaded>
    </Page>
  );
}

function RoleItem({ role }: { role: Role }) {
  const texts = useTexts();
  return (
    <Accordion.Item value={role.id}>
      <Accordion.Control>
        <Group gap="sm">
          <Text fw={550} size="sm">
            {role.name}
          </Text>
          {role.system && <StateBadge tone="quiet">{texts.roles.system}</StateBadge>}
          <Text size="xs" c="dimmed">
            {texts.roles.permissions(role.permissions.length)}
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <div className={styles.permissions}>
          {role.permissions.map((permission) => (
            <Code key={permission}>{permission}</Code>
          ))}
        </div>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
