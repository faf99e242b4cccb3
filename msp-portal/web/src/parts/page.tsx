import { Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import styles from "./page.module.css";

interface PageProps {
  title: string;
  lead?: ReactNode;
  trail?: ReactNode;
  actions?: ReactNode;
  width?: "wide" | "narrow";
  children: ReactNode;
}

/** A screen: its heading takes the focus on arrival, so that keyboard and screen reader start at the top. */
export function Page({ title, lead, trail, actions, width = "wide", children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Doorward`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={width === "narrow" ? `${styles.page} ${styles.narrow}` : styles.page}>
      <header className={styles.head}>
        <div className={styles.heading}>
          {trail && <div className={styles.trail}>{trail}</div>}
          <Title order={1} className={styles.title} ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface PanelProps {
  title?: string;
  lead?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}

export function Panel({ title, lead, actions, flush = false, children }: PanelProps) {
  return (
    <section className={styles.panel} aria-label={title}>
      {title && (
        <div className={flush ? `${styles.panelHead} ${styles.flush}` : styles.panelHead}>
          <Title order={2} className={styles.panelTitle}>
            {title}
          </Title>
          {actions}
        </div>
      )}
      {lead && <p className={styles.panelLead}>{lead}</p>}
      {flush ? children : <div className={styles.panelBody}>{children}</div>}
    </section>
  );
}

export function Columns({ children }: { children: ReactNode }) {
  return <div className={styles.columns}>{children}</div>;
}

export function Stacked({ children }: { children: ReactNode }) {
  return <div className={styles.stack}>{children}</div>;
}
