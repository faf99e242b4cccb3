import { problemOf } from "../../api/problem";

/** What one item of many came to. */
export type Outcome =
  | { kind: "waiting" }
  | { kind: "running" }
  | { kind: "done"; says: string; copy: string | null }
  | { kind: "failed"; error: unknown }
  | { kind: "untried" };

/** After these, asking for the next item would only fail the same way. */
const hopeless = new Set(["unreachable", "unauthenticated", "forbidden"]);

export const endsSession = (error: unknown) => problemOf(error).word === "unauthenticated";

interface Run<Item> {
  items: readonly Item[];
  act: (item: Item) => Promise<{ says: string; copy: string | null }>;
  onOutcome: (item: Item, outcome: Outcome) => void;
  stopped: () => boolean;
}

/** One after the other, so that each has a result of its own and stopping leaves the rest untouched. */
export async function runBulk<Item>({ items, act, onOutcome, stopped }: Run<Item>): Promise<void> {
  let over = false;
  for (const item of items) {
    if (over || stopped()) {
      onOutcome(item, { kind: "untried" });
      continue;
    }
    onOutcome(item, { kind: "running" });
    try {
      onOutcome(item, { kind: "done", ...(await act(item)) });
    } catch (error) {
      onOutcome(item, { kind: "failed", error });
      over = hopeless.has(problemOf(error).word);
    }
  }
}
