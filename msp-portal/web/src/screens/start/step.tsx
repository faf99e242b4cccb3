import { Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTexts } from "../../texts/texts";
import styles from "./start.module.css";

export function Steps({ children }: { children: ReactNode }) {
  return <ol className={styles.steps}>{children}</ol>;
}

interface StepProps {
  number: number;
  title: string;
  why: string;
  /** What came of it, once it is done. */
  done: string | null;
  current: boolean;
  /** Whether it can be taken before its turn. */
  reachable?: boolean;
  children: ReactNode;
}

export function Step({ number, title, why, done, current, reachable = false, children }: StepProps) {
  const { start } = useTexts();
  return (
    <li className={styles.step} data-state={done ? "done" : current ? "current" : "later"}>
      <span className={styles.mark} aria-hidden="true">
        {done ? <IconCheck size={18} /> : number}
      </span>
      <div className={styles.body}>
        <Title order={2}>
          {title}
          {done && <span className={styles.state}> · {start.done}</span>}
          {current && <span className={styles.state}> · {start.next}</span>}
        </Title>
        <p className={styles.why}>{done ?? why}</p>
        {!done && (current || reachable) && <div className={styles.act}>{children}</div>}
      </div>
    </li>
  );
}
