import type { Change, ChangeState } from "../../api/types";
import { StateBadge, type Tone } from "../../parts/badge";
import { TextLink } from "../../parts/links";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";
import styles from "./requests.module.css";

export const changeTones: Record<ChangeState, Tone> = {
  pending: "wait",
  accepted: "good",
  rejected: "bad",
  withdrawn: "quiet",
  applied_alone: "quiet",
};

export function useSubjectWords() {
  const texts = useTexts();
  return ({ subject }: Pick<Change, "subject">) => (subject.kind === "everyone" ? texts.rights.everyone : (subject.name ?? "–"));
}

export function ChangeRows({ changes }: { changes: readonly Change[] }) {
  const texts = useTexts();
  const subjectWords = useSubjectWords();
  const words = texts.requests;
  return (
    <ul className={styles.rows}>
      {changes.map((change) => (
        <li key={change.id} className={styles.row}>
          <div>
            <TextLink to="/changes/$id" params={{ id: change.id }} fw={600}>
              {words.kinds[change.kind]}: {subjectWords(change)}
            </TextLink>
            <div className={styles.by}>
              {words.author} {change.author.name} · <Moment at={change.created_at} />
            </div>
          </div>
          <StateBadge tone={changeTones[change.state]}>{words.states[change.state]}</StateBadge>
        </li>
      ))}
    </ul>
  );
}
