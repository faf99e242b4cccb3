import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { en } from "../../texts/en";

test("`doorward explain` says the same words on the workstation", async () => {
  const source = await readFile(join(import.meta.dirname, "../../../../../desktop-client/agent/ipc/explanation.cpp"), "utf8");
  const said = [...source.matchAll(/return "([A-Z][^"]*\.)";/g)].map(([, sentence]) => sentence);
  expect(said.toSorted()).toEqual(Object.values(en.entries.missing).toSorted());
});
