import { Skeleton, Stack } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { problemOf } from "../api/problem";
import { NotFound } from "../shell/fallbacks";
import { useTexts } from "../texts/texts";
import { ProblemNotice } from "./problem_notice";

interface LoadedProps<Value> {
  query: UseQueryResult<Value>;
  rows?: number;
  children: (value: Value) => ReactNode;
}

/** What a query brought, or that it is on its way, or why it did not come. */
export function Loaded<Value>({ query, rows = 3, children }: LoadedProps<Value>) {
  const texts = useTexts();
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    if (problemOf(query.error).word === "not_found") return <NotFound />;
    return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <Stack gap="xs" role="status" aria-label={texts.common.loading} p="md">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={18} width={`${90 - index * 12}%`} />
      ))}
    </Stack>
  );
}
