import { Button, Loader } from "@mantine/core";
import { IconDoorOff } from "@tabler/icons-react";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { ProblemError } from "../api/problem";
import { EmptyState } from "../parts/empty_state";
import { ButtonLink } from "../parts/links";
import { ProblemNotice } from "../parts/problem_notice";
import { useTexts } from "../texts/texts";
import styles from "./fallbacks.module.css";

export function Waiting() {
  const texts = useTexts();
  return (
    <div className={styles.waiting} role="status" aria-label={texts.common.loading}>
      <Loader size="sm" />
    </div>
  );
}

export function NotFound() {
  const texts = useTexts();
  return (
    <EmptyState
      icon={<IconDoorOff size={24} />}
      title={texts.common.notFoundTitle}
      text={texts.common.notFoundText}
      action={<ButtonLink to="/">{texts.common.toDashboard}</ButtonLink>}
    />
  );
}

export function Crashed({ error, reset }: ErrorComponentProps) {
  const texts = useTexts();
  if (error instanceof ProblemError) {
    return (
      <div className={styles.crashed}>
        <ProblemNotice error={error} onRetry={reset} />
      </div>
    );
  }
  return (
    <EmptyState
      icon={<IconDoorOff size={24} />}
      title={texts.common.crashTitle}
      text={texts.common.crashText}
      action={<Button onClick={() => location.reload()}>{texts.common.reload}</Button>}
    />
  );
}
