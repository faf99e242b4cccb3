import { expect, test } from "vitest";
import type { Role } from "../../api/types";
import { en } from "../../texts/en";
import { permissionChange, permissionGroups, permissionName, purposesOffered, roleMatches } from "./permission_groups";

const offered = [
  { purpose: "devices", name: "technician_sign_in" },
  { purpose: "devices", name: "chat" },
  { purpose: "devices", name: "time_travel" },
  { purpose: "administration", name: "audit_log" },
] as const;

test("only what the portal offers for the purpose is shown, in groups, the unknown last", () => {
  expect(permissionGroups([...offered], "devices")).toEqual([
    { word: "actions", names: ["technician_sign_in"] },
    { word: "session", names: ["chat"] },
    { word: "other", names: ["time_travel"] },
  ]);
  expect(permissionGroups([...offered], "invitations")).toEqual([]);
  expect(purposesOffered([...offered])).toEqual(["devices", "administration"]);
});

test("what is given and what is taken are told apart", () => {
  expect(permissionChange(["audit_log", "billing"], ["billing", "branding"])).toEqual({ given: ["branding"], taken: ["audit_log"] });
  expect(permissionChange(["chat"], ["chat"])).toEqual({ given: [], taken: [] });
});

test("a permission has words of its own, and an unknown one is still readable", () => {
  expect(permissionName(en, "audit_log")).toBe("Audit log");
  expect(permissionName(en, "time_travel")).toBe("Time travel");
});

test("a role is found by its name and by what it allows", () => {
  const role: Role = { id: "r", name: "Night shift", purpose: "devices", system: false, permissions: ["technician_sign_in"], rights: 0 };
  expect(roleMatches(en, role, "night")).toBe(true);
  expect(roleMatches(en, role, " SIGN IN ")).toBe(true);
  expect(roleMatches(en, role, "")).toBe(true);
  expect(roleMatches(en, role, "billing")).toBe(false);
});
