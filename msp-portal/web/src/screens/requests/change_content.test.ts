import { encodeBase64url, utf8 } from "@doorward/protocol";
import { expect, test } from "vitest";
import { readChange } from "./change_content";

const change = {
  version: 1,
  kind: "right_grant",
  subject: { kind: "technician", id: "0193a5b0-7c1e-7e2f-8a3b-4c5d6e7f8091", name: "Nik Holm" },
  difference: [{ field: "role", before: null, after: "Full device access" }],
  right: { id: "0193a5b0-7c1e-7e2f-8a3b-4c5d6e7f8092", body: "e30" },
  target: null,
  number: null,
};
const payload = (value: unknown) => encodeBase64url(utf8(JSON.stringify(value)));

test("what is shown of a change is what its bytes say", () => {
  expect(readChange(payload(change))).toEqual({
    kind: "right_grant",
    subject: change.subject,
    difference: change.difference,
  });
});

test.each([
  ["no bytes", "*"],
  ["no JSON", encodeBase64url(utf8("{"))],
  ["another version", payload({ ...change, version: 2 })],
  ["an unknown kind", payload({ ...change, kind: "team_gift" })],
  ["a member nobody shows", payload({ ...change, also: "everyone" })],
  ["a line nobody can name", payload({ ...change, difference: [{ field: "owner", before: null, after: "me" }] })],
  ["a missing member", payload({ ...change, number: undefined })],
])("a change with %s is not shown, so not accepted", (_what, text) => {
  expect(readChange(text)).toBeNull();
});

const widening = {
  ...change,
  kind: "role_widen",
  subject: { kind: "role", id: change.subject.id, name: "Desk lead" },
  difference: [
    { field: "permissions", before: null, after: "audit_log" },
    { field: "holders", before: null, after: "3" },
  ],
  right: null,
  permissions: ["audit_log"],
};
const joining = { ...change, kind: "department_join", right: null, member: change.subject.id };
const confirming = { ...change, kind: "workstation_confirmation", right: null, devices: [change.subject.id] };
const policy = { ...change, kind: "policy_activate", right: null, policy: change.right };

test.each([widening, joining, confirming, policy])("a $kind has a member of its own, and must have it", (made) => {
  expect(readChange(payload(made))?.kind).toBe(made.kind);
  expect(readChange(payload({ ...made, member: undefined, permissions: undefined, devices: undefined, policy: undefined }))).toBeNull();
});

test("a member of another kind is not shown", () => {
  expect(readChange(payload({ ...joining, permissions: ["audit_log"] }))).toBeNull();
  expect(readChange(payload({ ...change, member: change.subject.id }))).toBeNull();
});

test("a role that would gain more, less or other than is shown is not shown", () => {
  for (const permissions of [[], ["audit_log", "branding"], ["branding"], ["audit_log", "audit_log"]]) {
    expect(readChange(payload({ ...widening, permissions }))).toBeNull();
  }
});
