import type { ReactNode } from "react";
import type { Topic } from "../use_act";

/** Something that can be done to many rows at once, each by its own call. */
export interface BulkAction<Row> {
  id: string;
  label: string;
  icon: ReactNode;
  danger?: boolean;
  /** Why it cannot be done to a row; null where it can. */
  refuses: (row: Row) => string | null;
  title: (count: number) => string;
  /** What follows from it, shown before it happens. */
  cascade: (rows: readonly Row[]) => readonly string[];
  /** More about what follows, where a list says it better. */
  extra?: (rows: readonly Row[]) => ReactNode;
  asksReason?: boolean;
  /** Where it hurts, the number of rows has to be typed first. */
  typesCount?: boolean;
  act: (row: Row, reason: string) => Promise<BulkResult>;
  touches: readonly Topic[];
}

export interface BulkResult {
  says: string;
  /** Something to carry elsewhere, like a link. */
  copy: string | null;
}

export const said = (says: string): BulkResult => ({ says, copy: null });
