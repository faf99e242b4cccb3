import { IconKey } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Passkey } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { Moment } from "../../parts/moment";
import small from "../../parts/small.module.css";
import { useTexts } from "../../texts/texts";
import styles from "./technicians.module.css";

interface PasskeyRowsProps {
  passkeys: readonly Passkey[];
  /** What can be done with one, at the end of its row. */
  action?: (passkey: Passkey) => ReactNode;
}

export function PasskeyRows({ passkeys, action }: PasskeyRowsProps) {
  const texts = useTexts();
  return (
    <ul className={`${small.plain} ${small.rows}`}>
      {passkeys.map((passkey) => (
        <li key={passkey.id} className={styles.key}>
          <IconKey size={20} stroke={1.6} aria-hidden="true" />
          <div className={styles.keyText}>
            <strong>{passkey.label}</strong>
            <span className={small.hint}>
              {texts.settings.lastUsed} <Moment at={passkey.last_used_at} />
            </span>
          </div>
          <StateBadge tone={passkey.state === "active" ? "good" : "wait"}>
            {texts.technicians.phoneStates[passkey.state]}
          </StateBadge>
          {action?.(passkey)}
        </li>
      ))}
    </ul>
  );
}
