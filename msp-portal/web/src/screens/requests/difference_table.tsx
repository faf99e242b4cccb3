import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import type { Change } from "../../api/types";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";
import styles from "./requests.module.css";

/** What is so now and what would be so then, line by line. */
export function DifferenceTable({ difference }: { difference: Change["difference"] }) {
  const texts = useTexts();
  const words = texts.requests;
  return (
    <div className={styles.difference} role="table" aria-label={words.difference}>
      <Row>
        <span role="columnheader" className={styles.head}>
          <VisuallyHidden>{words.field}</VisuallyHidden>
        </span>
        <span role="columnheader" className={styles.head}>
          {words.before}
        </span>
        <span role="columnheader" className={styles.head}>
          {words.after}
        </span>
      </Row>
      {difference.map(({ field, before, after }, at) => (
        <Row key={`${field} ${at}`}>
          <span role="rowheader" className={styles.field}>
            {words.fields[field]}
          </span>
          <span role="cell" className={before === null ? styles.same : styles.before}>
            <DifferenceValue field={field} value={before} none={words.nothing} />
          </span>
          <span role="cell" className={after === null ? styles.same : styles.after}>
            <DifferenceValue
              field={field}
              value={after}
              none={field === "valid_until" ? texts.common.forever : words.nothing}
            />
          </span>
        </Row>
      ))}
    </div>
  );
}

function Row({ children }: { children: ReactNode }) {
  return (
    <div role="row" className={styles.line}>
      {children}
    </div>
  );
}

interface DifferenceValueProps {
  field: Change["difference"][number]["field"];
  value: string | null;
  none: string;
}

function DifferenceValue({ field, value, none }: DifferenceValueProps) {
  const texts = useTexts();
  const { reasonWords } = texts.devices.quarantine;
  const { schemes } = texts.settingsOfCustomer;
  if (value === null) return none;
  if (field === "code_scheme" && (value === "per_machine" || value === "per_tenant")) return schemes[value];
  if (field === "longest_session_minutes") return texts.settingsOfCustomer.minutes(Number(value));
  if (field === "quarantine") return reasonWords[value] ?? value;
  if ((field === "valid_from" || field === "valid_until") && !Number.isNaN(Date.parse(value))) {
    return <Moment at={value} form="date" />;
  }
  return value;
}
