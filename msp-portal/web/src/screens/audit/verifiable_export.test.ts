import { expect, test } from "vitest";
import { nextPiece, readVerifiableExport } from "./verifiable_export";

const pieces: Record<string, { lines: string; next: string | null }> = {
  first: { lines: "1\n", next: "10.20.1" },
  "10.20.1": { lines: "2\n", next: "20.20.2" },
  "20.20.2": { lines: "3\n", next: null },
};

test("the pieces are the file, one behind the other", async () => {
  const parts = await readVerifiableExport((after) => Promise.resolve(pieces[after ?? "first"] ?? { lines: "", next: null }));
  expect(parts.join("")).toBe("1\n2\n3\n");
});

test("a piece that fails fails the export", async () => {
  const piece = (after: string | undefined) =>
    after ? Promise.reject(new Error("gone")) : Promise.resolve({ lines: "1\n", next: "10.20.1" });
  await expect(readVerifiableExport(piece)).rejects.toThrow("gone");
});

test("a cursor that does not move ends the export", async () => {
  await expect(readVerifiableExport(() => Promise.resolve({ lines: "", next: "10.20.1" }))).rejects.toThrow();
});

test("the next piece is the one that the answer links to", () => {
  expect(nextPiece('</api/v1/audit-log/export?after=10.20.1&tenant_id=x>; rel="next"')).toBe("10.20.1");
  expect(nextPiece(null)).toBeNull();
  expect(nextPiece("nonsense")).toBeNull();
});
