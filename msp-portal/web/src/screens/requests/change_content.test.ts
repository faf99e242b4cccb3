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
  devices: [],
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
