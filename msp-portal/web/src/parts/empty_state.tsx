import type { ReactNode } from "react";
import styles from "./small.module.css";

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  text: string;
  action?: ReactNode;
  /** Where it stands for a whole page, its title is the heading of the page. */
  wholePage?: boolean;
}

/** An empty list says what would stand here and how to begin. */
export function EmptyState({ icon, title, text, action, wholePage = false }: EmptyStateProps) {
  const Title = wholePage ? "h1" : "p";
  return (
    <div className={styles.empty}>
      <span className={styles.emptyIcon} aria-hidden="true">
        {icon}
      </span>
      <Title className={styles.emptyTitle}>{title}</Title>
      <p className={styles.emptyText}>{text}</p>
      {action}
    </div>
  );
}
