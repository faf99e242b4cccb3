import { expect, test } from "vitest";
import type { Right } from "../../api/types";
import { en } from "../../texts/en";
import { accessOf, isInherited, objectWords, originWords, subjectWords } from "./right_words";

const right = (part: Partial<Right>): Right => ({
  id: "r",
  subject: { kind: "technician", id: "t" },
  subject_name: "Nik Holm",
  object: { kind: "tenant", id: "c", section: null },
  object_name: "Harbor Dental",
  role: { id: "f", name: "Full device access" },
  valid_from: "2026-01-01T00:00:00Z",
  valid_until: null,
  in_force: true,
  created_at: "2026-01-01T00:00:00Z",
  ...part,
});
const ofDepartment = right({ subject: { kind: "department", id: "d" }, subject_name: "Support" });
const ofEveryone = right({ subject: { kind: "everyone", id: null }, subject_name: null });

test("a technician's own right is not inherited, a department's and everyone's are", () => {
  expect(isInherited(right({}))).toBe(false);
  expect(isInherited(ofDepartment)).toBe(true);
  expect(isInherited(ofEveryone)).toBe(true);
});

test("an inherited right says from where", () => {
  expect(originWords(en, right({}))).toBe("own");
  expect(originWords(en, ofDepartment)).toBe("department Support");
  expect(originWords(en, ofEveryone)).toBe("everyone on the team");
  expect(originWords(en, right({ subject: { kind: "department", id: "d" }, subject_name: null }))).toBe("department –");
});

test("who and where are named, whatever kind they are", () => {
  expect(subjectWords(en, ofDepartment)).toBe("Support");
  expect(subjectWords(en, ofEveryone)).toBe("Everyone");
  expect(objectWords(en, right({ object: { kind: "device_group", id: "g", section: null }, object_name: "Reception" }))).toBe("Reception");
  expect(objectWords(en, right({ object: { kind: "all_devices", id: null, section: null } }))).toBe("All workstations");
});

test("only a section is access to sections", () => {
  expect(accessOf(right({ object: { kind: "section", id: null, section: "team" } }))).toBe("sections");
  expect(accessOf(right({ object: { kind: "device_group", id: "g", section: null } }))).toBe("devices");
});
