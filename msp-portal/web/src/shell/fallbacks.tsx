import { Button, Loader } from "@mantine/core";
import { IconDoorOff, IconPlugConnectedX } from "@tabler/icons-react";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { ScreenNotLoaded } from "../app/lazy_screen";
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
      wholePage
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
  const unloaded = error instanceof ScreenNotLoaded;
  return (
    <EmptyState
      wholePage
      icon={unloaded ? <IconPlugConnectedX size={24} /> : <IconDoorOff size={24} />}
      title={unloaded ? texts.common.unloadedTitle : texts.common.crashTitle}
      text={unloaded ? texts.common.unloadedText : texts.common.crashText}
      action={<Button onClick={() => location.reload()}>{texts.common.reload}</Button>}
    />
  );
}
