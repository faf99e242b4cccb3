import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { type ProblemError, problemOf } from "../api/problem";
import type { Texts } from "../texts/en";
import { useTexts } from "../texts/texts";
import { PasskeyError } from "../webauthn/passkey";

type Words = Texts["problems"];
type Plain = { [Key in keyof Words]: Words[Key] extends string ? Key : never }[keyof Words];

const detailed = new Set(["conflict"]);

/** One sentence: what happened and what to do. */
export function problemText(texts: Texts, error: unknown): string {
  if (error instanceof PasskeyError) return texts.passkey[error.trouble];
  const problem = problemOf(error);
  const known = isPlain(texts.problems, problem.word) ? texts.problems[problem.word] : texts.problems.internal;
  return detailed.has(problem.word) && problem.detail !== "" ? `${known} ${problem.detail}` : known;
}

function isPlain(words: Words, word: string): word is Plain {
  return Object.hasOwn(words, word) && typeof words[word as keyof Words] === "string";
}

/** The sentences for the members of a form that the server did not like. */
export function fieldTexts(texts: Texts, problem: ProblemError): string[] {
  const fields = texts.problems.fields;
  return problem.fields.map(({ path }) => {
    const last = path.split(/[./]/).filter(Boolean).at(-1) ?? path;
    if (last === "name" || last === "username" || last === "email" || last === "account_prefix") return fields[last];
    return fields.other(path);
  });
}

interface ProblemNoticeProps {
  error: unknown;
  onRetry?: () => void;
  action?: ReactNode;
}

export function ProblemNotice({ error, onRetry, action }: ProblemNoticeProps) {
  const texts = useTexts();
  if (error === null || error === undefined) return null;
  const problem = problemOf(error);
  const details = fieldTexts(texts, problem);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle size={18} />}
      title={problem.word === "version_outdated" ? texts.conflict.title : undefined}
    >
      <div>{problemText(texts, error)}</div>
      {details.map((detail) => (
        <div key={detail}>{detail}</div>
      ))}
      {problem.word === "internal" && problem.requestId && <div>{texts.problems.request(problem.requestId)}</div>}
      {action}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
          {problem.word === "version_outdated" ? texts.common.reload : texts.common.retry}
        </Button>
      )}
    </Alert>
  );
}
