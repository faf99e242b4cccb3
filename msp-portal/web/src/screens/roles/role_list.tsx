import { TextInput } from "@mantine/core";
import { IconLock, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Role } from "../../api/types";
import { Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { purposes, roleMatches } from "./permission_groups";
import styles from "./roles.module.css";

export function RoleList({ roles, chosen }: { roles: readonly Role[]; chosen: string | undefined }) {
  const texts = useTexts();
  const words = texts.roles;
  const [wanted, setWanted] = useState("");
  const shown = roles.filter((role) => roleMatches(texts, role, wanted));
  return (
    <Panel>
      <TextInput
        type="search"
        size="sm"
        aria-label={words.search}
        placeholder={words.search}
        leftSection={<IconSearch size={16} />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <nav aria-label={words.list}>
        {purposes
          .map((purpose) => ({ purpose, fitting: shown.filter((role) => role.purpose === purpose) }))
          .filter(({ fitting }) => fitting.length > 0)
          .map(({ purpose, fitting }) => (
            <div key={purpose}>
              <h2 className={styles.purpose}>{words.purposes[purpose]}</h2>
              <ul className={styles.roles}>
                {fitting.map((role) => (
                  <li key={role.id}>
                    <Link
                      to="/roles"
                      search={(before) => ({ ...before, role: role.id })}
                      resetScroll={false}
                      className={styles.role}
                      aria-current={role.id === chosen ? "true" : undefined}
                    >
                      <span className={styles.roleName}>{role.name}</span>
                      {role.system && <IconLock size={14} role="img" aria-label={words.system} />}
                      <span className={styles.used}>{words.used(role.rights)}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
      </nav>
      {shown.length === 0 && <p className={styles.none}>{words.noneFound}</p>}
    </Panel>
  );
}
