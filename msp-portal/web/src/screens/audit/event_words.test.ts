import { expect, test } from "vitest";
import { en } from "../../texts/en";
import { kindWords, readable } from "./event_words";

test("a known kind has words of its own", () => {
  expect(kindWords(en, "sign_in_online")).toBe("Sign-in by phone");
});

test("an unknown kind is still readable", () => {
  expect(kindWords(en, "right_granted")).toBe("Right granted");
  expect(readable("x")).toBe("X");
});
