import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import type { Change } from "../../api/types";
import { Moment } from "../../parts/moment";
import { useLanguage, useTexts } from "../../texts/texts";
import type { ChangeContent } from "./change_content";
import { differenceWords, isRevision, isTime, nothingWords } from "./difference_words";
import styles from "./requests.module.css";

/** What is so now and what would be so then, line by line. */
export function DifferenceTable({ change }: { change: ChangeContent }) {
  const texts = useTexts();
  const words = texts.requests;
  const { difference } = change;
  const revision = isRevision(change);
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
      {difference.map(({ field, before, after }, index) => (
        <Row key={index}>
          <span role="rowheader" className={styles.field}>
            {words.fields[field]}
          </span>
          <span role="cell" className={before === null ? styles.same : styles.before}>
            <DifferenceValue field={field} value={before} none={revision ? nothingWords(texts, field) : words.nothing} />
          </span>
          <span role="cell" className={after === null ? styles.same : styles.after}>
            <DifferenceValue field={field} value={after} none={nothingWords(texts, field)} />
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
  const { locale } = useLanguage();
  if (value === null) return none;
  if (isTime(field) && !Number.isNaN(Date.parse(value))) return <Moment at={value} form="date" />;
  return differenceWords(texts, locale, field, value);
}
