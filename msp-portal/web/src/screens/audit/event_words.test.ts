import { expect, test } from "vitest";
import { en } from "../../texts/en";
import { kindWords, readable, reasonWords } from "./event_words";

test("a known kind has words of its own", () => {
  expect(kindWords(en, "sign_in_online")).toBe("Sign-in by phone");
});

test("an unknown kind is still readable", () => {
  expect(kindWords(en, "right_granted")).toBe("Right granted");
  expect(readable("x")).toBe("X");
});

test("the reason of a change is what it would do, any other is read as a word", () => {
  expect(reasonWords(en, { kind: "change_accepted", reason: "role_widen" })).toBe("More permissions for a role");
  expect(reasonWords(en, { kind: "change_accepted", reason: "of_tomorrow" })).toBe("Of tomorrow");
  expect(reasonWords(en, { kind: "sign_in_offline", reason: "code_used" })).toBe("Code used");
  expect(reasonWords(en, { kind: "sign_in_online", reason: null })).toBeNull();
});
