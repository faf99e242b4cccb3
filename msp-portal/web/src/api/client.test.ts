import { expect, test } from "vitest";
import { everyPage } from "./client";

function pages(...answers: { items: number[]; next: string | null }[]) {
  const asked: (string | undefined)[] = [];
  return {
    asked,
    page: (after: string | undefined) => {
      asked.push(after);
      const answer = answers[asked.length - 1];
      return answer ? Promise.resolve(answer) : Promise.reject(new Error("asked once too often"));
    },
  };
}

test("a list is read to its end", async () => {
  const { page, asked } = pages({ items: [1, 2], next: "b" }, { items: [3], next: "c" }, { items: [4], next: null });
  expect(await everyPage(page)).toEqual([1, 2, 3, 4]);
  expect(asked).toEqual([undefined, "b", "c"]);
});

test("an empty list is a list", async () => {
  expect(await everyPage(pages({ items: [], next: null }).page)).toEqual([]);
});

test("a list that fails on the way is no list", async () => {
  await expect(everyPage(pages({ items: [1], next: "b" }).page)).rejects.toThrow("asked once too often");
});

test.each([
  [{ items: [1], next: "b" }, { items: [2], next: "b" }],
  [{ items: [1], next: "b" }, { items: [], next: "c" }],
])("a cursor that leads nowhere ends in an error and not in asking forever", async (...answers) => {
  const { page, asked } = pages(...answers);
  await expect(everyPage(page)).rejects.toThrow("internal");
  expect(asked).toHaveLength(2);
});
