import styles from "./small.module.css";

export type Tone = "good" | "bad" | "wait" | "quiet";

/** A state in words; the colour only repeats what the word says. */
export function StateBadge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {children}
    </span>
  );
}
