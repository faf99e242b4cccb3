import { expect, test } from "vitest";
import { dayAfter, dayStart, localDay, readAuditFilter } from "./audit_filter";

test("filters come from the address", () => {
  expect(readAuditFilter({ kind: "sudo", outcome: "refused", tenant_id: "a" })).toEqual({
    kind: "sudo",
    outcome: "refused",
    tenant_id: "a",
  });
});

test("what is not a filter is left out", () => {
  expect(readAuditFilter({ kind: 7, outcome: "great", other: "x", from: "" })).toEqual({});
});

test("a chosen day includes its last moment", () => {
  const from = dayStart("2026-03-29");
  const until = dayAfter("2026-03-29");
  expect(localDay(from)).toBe("2026-03-29");
  expect(localDay(until)).toBe("2026-03-30");
  expect(localDay(until, -1)).toBe("2026-03-29");
});

test.each(["", "yesterday", "2026-13-01"])("%j is not a day", (day) => {
  expect(dayStart(day)).toBeUndefined();
  expect(dayAfter(day)).toBeUndefined();
});
