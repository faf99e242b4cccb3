import { Link, type LinkProps } from "@tanstack/react-router";
import type { Dashboard } from "../../api/types";
import { useTexts } from "../../texts/texts";
import styles from "./dashboard.module.css";

interface Tile {
  label: string;
  count: number;
  hint: string | null;
  to: LinkProps["to"];
}

export function Counts({ counts }: { counts: Dashboard }) {
  const words = useTexts().dashboard.counts;
  const tiles: Tile[] = [
    { label: words.workstations, count: counts.devices, hint: words.connectedNow(counts.devices_connected), to: "/devices" },
    { label: words.technicians, count: counts.technicians, hint: words.invited(counts.technicians_invited), to: "/technicians" },
    { label: words.customers, count: counts.tenants, hint: null, to: "/customers" },
    {
      label: words.exposed,
      count: counts.exposed_technicians,
      hint: words.exposedAt(counts.exposed_workstations, counts.unjudged_workstations),
      to: "/offline-exposure",
    },
    { label: words.signIns, count: counts.sign_ins_today, hint: words.refused(counts.refusals_today), to: "/audit" },
  ];
  return (
    <ul className={styles.tiles}>
      {tiles.map(({ label, count, hint, to }) => (
        <li key={label}>
          <Link to={to} className={styles.tile}>
            <span className={styles.label}>{label}</span>
            <span className={styles.count}>{count}</span>
            <span className={styles.hint}>{hint}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
