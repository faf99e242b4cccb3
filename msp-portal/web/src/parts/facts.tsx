import { Fragment, type ReactNode } from "react";
import styles from "./small.module.css";

export interface Fact {
  label: string;
  value: ReactNode;
  hint?: string;
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) => (
        <Fragment key={fact.label}>
          <dt>{fact.label}</dt>
          <dd>
            {fact.value}
            {fact.hint && <span className={styles.hint}>{fact.hint}</span>}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
