import { expect, test } from "vitest";
import type { AuditEvent } from "../../api/types";
import { writeCsv } from "../../parts/grid/csv";
import { de } from "../../texts/de";
import { en } from "../../texts/en";
import { eventLines, readEvents } from "./export_events";

function event(sequence: number, part: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: `e${sequence}`,
    source: "device",
    sequence,
    hash: "h",
    at: "2026-11-22T10:00:00.000Z",
    received_at: "2026-11-22T10:00:01.000Z",
    clock_trusted: true,
    kind: "sudo",
    outcome: "success",
    reason: null,
    tenant: null,
    device: null,
    technician: null,
    actor: null,
    account: null,
    session_id: null,
    request_id: null,
    service: null,
    terminal: null,
    remote_host: null,
    ticket: null,
    stated_reason: null,
    count: 1,
    duration_ms: null,
    subject_kind: null,
    subject_id: null,
    subject_name: null,
    ...part,
  };
}

const pages: Record<string, { items: AuditEvent[]; next: string | null }> = {
  first: { items: [event(1), event(2)], next: "second" },
  second: { items: [event(3), event(4)], next: "third" },
  third: { items: [event(5)], next: null },
};
const page = (after: string | undefined) => {
  const found = pages[after ?? "first"];
  return found ? Promise.resolve(found) : Promise.reject(new Error("no such page"));
};

test("all pages are read, and the count is told as it grows", async () => {
  const counts: number[] = [];
  const read = await readEvents({ page, onCount: (count) => counts.push(count), stopped: () => false });
  expect(read?.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  expect(read?.complete).toBe(true);
  expect(counts).toEqual([2, 4, 5]);
});

test("a log too long for one file gives its newest part and says so", async () => {
  const read = await readEvents({ page, onCount: () => undefined, stopped: () => false, most: 3 });
  expect(read?.events).toHaveLength(3);
  expect(read?.complete).toBe(false);
});

test("stopping gives nothing", async () => {
  expect(await readEvents({ page, onCount: () => undefined, stopped: () => true })).toBeNull();
});

test("a page that fails fails the export: half a log is not called a log", async () => {
  const broken = (after: string | undefined) => (after ? Promise.reject(new Error("gone")) : page(after));
  await expect(readEvents({ page: broken, onCount: () => undefined, stopped: () => false })).rejects.toThrow("gone");
});

test.each([en, de])("every line has a value for every column", (texts) => {
  const lines = eventLines(texts, [event(1), event(2, { duration_ms: 1500 })]);
  expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
  expect(lines[2]).toContain(1.5);
});

test("what a person typed on a workstation is not left for a spreadsheet to run", () => {
  const csv = writeCsv(eventLines(en, [event(1, { account: "=cmd|' /C calc'!A0" })]));
  expect(csv).toContain("'=cmd|");
});
