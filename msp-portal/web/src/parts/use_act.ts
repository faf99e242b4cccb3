import { notifications } from "@mantine/notifications";
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Change } from "../api/types";
import { useTexts } from "../texts/texts";
import { problemText } from "./problem_notice";

export type Topic =
  | "team"
  | "tenants"
  | "devices"
  | "enrolment_tokens"
  | "technicians"
  | "departments"
  | "device_groups"
  | "rights"
  | "policies"
  | "changes"
  | "audit_events"
  | "me"
  | "sessions";

interface Act<Input, Output> {
  act: (input: Input) => Promise<Output>;
  /** What it touched: those queries are asked again. */
  touches: readonly Topic[];
  /** The toast on success; null where the screen itself shows the result. */
  says?: (output: Output, input: Input) => string | null;
  onDone?: (output: Output) => void;
  /** `screen`: the caller shows the error beside what caused it. */
  errors?: "screen" | "toast";
}

/** Something the person does: the call, the toast that says how it went, and the queries it makes stale. */
export function useAct<Input, Output>({ act, touches, says, onDone, errors = "screen" }: Act<Input, Output>) {
  const client = useQueryClient();
  const texts = useTexts();
  return useMutation({
    mutationFn: act,
    onSuccess: async (output, input) => {
      const message = says?.(output, input);
      if (message) notifications.show({ message, color: "green", withBorder: true });
      onDone?.(output);
      await refresh(client, touches);
    },
    onError: (error) => {
      if (errors === "toast") notifications.show({ message: problemText(texts, error), color: "red", withBorder: true });
    },
  });
}

export async function refresh(client: QueryClient, topics: readonly Topic[]) {
  const keys = [...topics, "dashboard", "entries", "audit_events"];
  await Promise.all(keys.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
}

/** What to say after something that may have become a change record. */
export function useChangeSaying() {
  const { change } = useTexts();
  return useCallback(
    (made: Change | null): string => {
      if (made === null) return change.doneToast;
      return made.state === "pending" ? change.pendingToast : change.appliedToast;
    },
    [change],
  );
}
