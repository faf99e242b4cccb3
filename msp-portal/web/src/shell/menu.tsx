import {
  IconBuilding,
  IconDeviceDesktop,
  IconGitPullRequest,
  IconHistory,
  IconId,
  IconLayoutDashboard,
  IconRocket,
  IconScale,
  IconSettings,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { dashboardQuery, meQuery } from "../api/queries";
import type { Permission } from "../api/types";
import type { Texts } from "../texts/en";
import { useTexts } from "../texts/texts";
import styles from "./shell.module.css";

interface Entry {
  word: keyof Omit<Texts["menu"], "waiting">;
  to: LinkProps["to"];
  icon: ComponentType<{ size?: number; stroke?: number }>;
  needs?: Permission;
}

const entries: readonly Entry[] = [
  { word: "dashboard", to: "/", icon: IconLayoutDashboard },
  { word: "customers", to: "/customers", icon: IconBuilding },
  { word: "devices", to: "/devices", icon: IconDeviceDesktop },
  { word: "technicians", to: "/technicians", icon: IconUsers },
  { word: "departments", to: "/departments", icon: IconUsersGroup },
  { word: "roles", to: "/roles", icon: IconId },
  { word: "policies", to: "/policies", icon: IconScale },
  { word: "requests", to: "/changes", icon: IconGitPullRequest },
  { word: "audit", to: "/audit", icon: IconHistory, needs: "audit_log" },
  { word: "settings", to: "/settings", icon: IconSettings },
];

export function MenuEntries({ onChosen }: { onChosen?: () => void }) {
  const texts = useTexts();
  const { data: me } = useQuery(meQuery);
  const { data: counts } = useQuery(dashboardQuery);
  const unfinished = counts !== undefined && (counts.tenants === 0 || counts.devices === 0 || counts.technicians === 0);
  const shown: readonly Entry[] = [
    ...(unfinished ? [{ word: "start", to: "/start", icon: IconRocket } as const] : []),
    ...entries.filter((entry) => entry.needs === undefined || me?.permissions.includes(entry.needs)),
  ];
  return (
    <ul className={styles.nav}>
      {shown.map(({ word, to, icon: Icon }) => (
        <li key={word}>
          <Link to={to} className={styles.link} activeOptions={{ exact: to === "/", includeSearch: false }} onClick={onChosen}>
            <Icon size={18} stroke={1.7} />
            <span className={styles.linkText}>{texts.menu[word]}</span>
            {word === "requests" && counts !== undefined && counts.pending_changes > 0 && (
              <span className={styles.count} title={texts.menu.waiting(counts.pending_changes)}>
                {counts.pending_changes}
              </span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}
