import { expect, test } from "vitest";
import { ProblemError } from "../../api/problem";
import { endsSession, type Outcome, runBulk } from "./run_bulk";

async function run(act: (item: string) => Promise<void>, stopAfter = Number.POSITIVE_INFINITY) {
  const outcomes = new Map<string, Outcome>();
  const asked: string[] = [];
  await runBulk({
    items: ["a", "b", "c"],
    act: async (item) => {
      asked.push(item);
      await act(item);
      return { says: `${item} is done`, copy: null };
    },
    onOutcome: (item, outcome) => outcomes.set(item, outcome),
    stopped: () => asked.length >= stopAfter,
  });
  return { asked, kinds: [...outcomes.values()].map(({ kind }) => kind), outcomes };
}

const refuse = (word: string) => () => Promise.reject(new ProblemError(word, { status: 409 }));
const nothing = () => Promise.resolve();

test("every item has a result of its own", async () => {
  const { kinds, outcomes } = await run(nothing);
  expect(kinds).toEqual(["done", "done", "done"]);
  expect(outcomes.get("b")).toEqual({ kind: "done", says: "b is done", copy: null });
});

test("one that the portal refuses does not keep the others from being done", async () => {
  const { kinds } = await run((item) => (item === "b" ? refuse("conflict")() : nothing()));
  expect(kinds).toEqual(["done", "failed", "done"]);
});

test.each(["unreachable", "unauthenticated", "forbidden"])("after %s the rest is not tried", async (word) => {
  const { kinds, asked } = await run(refuse(word));
  expect(kinds).toEqual(["failed", "untried", "untried"]);
  expect(asked).toEqual(["a"]);
});

test("stopping leaves the rest untouched", async () => {
  const { kinds, asked } = await run(nothing, 2);
  expect(kinds).toEqual(["done", "done", "untried"]);
  expect(asked).toEqual(["a", "b"]);
});

test("only an ended session ends the session", () => {
  expect(endsSession(new ProblemError("unauthenticated", {}))).toBe(true);
  expect(endsSession(new ProblemError("forbidden", {}))).toBe(false);
  expect(endsSession(new Error("x"))).toBe(false);
});
