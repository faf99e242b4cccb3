import { expect, test } from "vitest";
import type { Policy } from "../../api/types";
import { draftOf, localMoment, type PolicyWish, startingWish, type WishTrouble, wishOf, wishTroubles } from "./policy_wish";
import { officeHours } from "./week";

const policy: Policy = {
  id: "p",
  name: "Office hours",
  description: "For the help desk",
  kind: "domain",
  state: "active",
  start_policy: false,
  devices: { all: false, device_ids: ["d1", "gone"], group_ids: ["g1"] },
  subjects: { all: false, directory_imported: false, technician_ids: [], department_ids: ["a1"] },
  conditions: {
    time_windows: [{ from_minute: 480, to_minute: 1080 }],
    ticket_required: true,
    ticket_pattern: "INC####",
    reason_required: true,
    approver_ids: ["t1"],
    longest_session_minutes: 60,
    end_behaviour: "keep_until_logout",
  },
  names: [
    { id: "d1", name: "W11-L" },
    { id: "g1", name: "Reception" },
    { id: "a1", name: "Support" },
    { id: "t1", name: "Ada" },
  ],
  pending_change_id: null,
  valid_from: "2026-03-01T08:15:42.120Z",
  valid_until: null,
};

test("a revision that touches nothing changes nothing, but for what is gone", () => {
  const draft = draftOf(wishOf(policy), policy);
  expect(draft.devices).toEqual({ all: false, device_ids: ["d1"], group_ids: ["g1"] });
  expect(draft.subjects).toEqual(policy.subjects);
  expect(draft.conditions).toEqual(policy.conditions);
  expect([draft.name, draft.description, draft.kind]).toEqual([policy.name, policy.description, policy.kind]);
  expect([draft.valid_from, draft.valid_until]).toEqual([policy.valid_from, null]);
});

test("a time that was touched is sent as it was typed", () => {
  const draft = draftOf({ ...wishOf(policy), from: "2026-04-01T09:00", until: "2026-05-01T09:00" }, policy);
  expect(localMoment(draft.valid_from ?? "")).toBe("2026-04-01T09:00");
  expect(localMoment(draft.valid_until ?? "")).toBe("2026-05-01T09:00");
});

test("what is not asked for is not sent along", () => {
  const all = { ...wishOf(policy), allDevices: true, allSubjects: true, anyTime: true, ticketRequired: false, longestMinutes: "" };
  const draft = draftOf(all);
  expect(draft.devices).toEqual({ all: true, device_ids: [], group_ids: [] });
  expect(draft.subjects).toEqual({ all: true, directory_imported: false, technician_ids: [], department_ids: [] });
  expect(draft.conditions.time_windows).toEqual([]);
  expect(draft.conditions.ticket_pattern).toBeNull();
  expect(draft.conditions.longest_session_minutes).toBeNull();
});

test("what a form begins with lacks a name and nothing else", () => {
  expect([...wishTroubles(startingWish)]).toEqual(["name"]);
  expect(wishTroubles({ ...startingWish, name: "Nights" }).size).toBe(0);
});

test.each<[string, Partial<PolicyWish>, WishTrouble]>([
  ["an empty name", { name: "  " }, "name"],
  ["a description without an end", { description: "x".repeat(501) }, "description"],
  ["no workstation at all", { allDevices: false }, "devices"],
  ["nobody at all", { allSubjects: false }, "subjects"],
  ["no hours", { anyTime: false, hours: [] }, "hours"],
  ["hours without a day", { anyTime: false, hours: [{ ...officeHours, days: [] }] }, "hours"],
  ["a pattern of other letters", { ticketRequired: true, ticketPattern: "Ü#" }, "pattern"],
  ["a session of no length", { longestMinutes: 0 }, "longest"],
  ["a session of two days", { longestMinutes: 2880 }, "longest"],
  ["half a minute", { longestMinutes: 0.5 }, "longest"],
  ["an end before the beginning", { from: "2026-05-01T09:00", until: "2026-05-01T09:00" }, "until"],
])("%s is trouble", (_what, part, trouble) => {
  expect([...wishTroubles({ ...startingWish, name: "Nights", ...part })]).toEqual([trouble]);
});

test("all from a directory is enough of a subject", () => {
  expect(wishTroubles({ ...startingWish, name: "Nights", allSubjects: false, directoryImported: true }).size).toBe(0);
});
