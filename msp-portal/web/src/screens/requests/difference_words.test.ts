import { expect, test } from "vitest";
import { de } from "../../texts/de";
import { en } from "../../texts/en";
import { differenceWords, isRevision, nothingWords } from "./difference_words";

type Field = Parameters<typeof differenceWords>[2];

test.each<[Field, string, string]>([
  ["permissions", "audit_log", "Audit log"],
  ["code_scheme", "per_tenant", "Per customer"],
  ["holders", "12", "all 12 rights with it"],
  ["holders", "1", "one right with it"],
  ["rights", "Full device access: Atlas Logistics", "Full device access: Atlas Logistics"],
  ["rights", "+7", "and 7 more"],
  ["kind", "non_domain", "not in a domain"],
  ["devices", "all", "all"],
  ["devices", "W11-L, Reception", "W11-L, Reception"],
  ["subjects", "all", "all who hold a right"],
  ["subjects", "directory_imported", "all imported from a directory"],
  ["subjects", "directory_imported, Support", "all imported from a directory, Support"],
  ["subjects", "directory_imported_2", "directory_imported_2"],
  ["time_windows", "always", "at any time"],
  ["time_windows", "480-1020, 1920-2460", "Mon, Tue 08:00–17:00"],
  ["ticket", "no", "not required"],
  ["ticket", "required", "required"],
  ["ticket", "required INC####", "required, like INC####"],
  ["reason", "required", "required"],
  ["reason", "no", "not required"],
  ["approvers", "nobody", "nobody"],
  ["approvers", "Ada Quist, Nik Holm", "Ada Quist, Nik Holm"],
  ["longest_session_minutes", "120", "2 hours"],
  ["end_behaviour", "keep_until_logout", "it lasts until sign-out"],
  ["member", "Harbor Dental / W11-L", "Harbor Dental / W11-L"],
])("%s %s is said as “%s”", (field, value, words) => {
  expect(differenceWords(en, "en-GB", field, value)).toBe(words);
});

test.each<[Field, string]>([
  ["time_windows", "sometimes"],
  ["time_windows", "480-20000"],
  ["ticket", "perhaps"],
  ["end_behaviour", "explode"],
  ["kind", "toaster"],
  ["holders", "many"],
  ["longest_session_minutes", "long"],
])("%s %s is not known and shown as it is", (field, value) => {
  expect(differenceWords(en, "en-GB", field, value)).toBe(value);
});

test("it is said in the person's language", () => {
  expect(differenceWords(de, "de", "time_windows", "480-1020")).toBe("Mo 08:00–17:00");
  expect(differenceWords(de, "de", "subjects", "all")).toBe("alle mit einem Recht");
});

test("a policy without a name before is new, with one it is revised, and a right is never", () => {
  const line = (field: Field, before: string | null) => ({ field, before, after: "x" });
  expect(isRevision({ kind: "policy_activate", difference: [line("name", null), line("kind", null)] })).toBe(false);
  expect(isRevision({ kind: "policy_activate", difference: [line("longest_session_minutes", null)] })).toBe(true);
  expect(isRevision({ kind: "policy_activate", difference: [line("name", "Nights")] })).toBe(true);
  expect(isRevision({ kind: "right_grant", difference: [line("role", null)] })).toBe(false);
});

test("nothing means what it means there", () => {
  expect(nothingWords(en, "valid_until")).toBe("without an end");
  expect(nothingWords(en, "longest_session_minutes")).toBe("as the customer's setting says");
  expect(nothingWords(en, "role")).toBe("nothing");
});
