import { describe, expect, test } from "vitest";
import { isEmail, isName, isPrefix, isUsername, suggestUsername } from "./names";

describe("names", () => {
  test.each(["A", "Customer-1", "Müller & Söhne", "😀".repeat(120), "  trimmed  "])("%j is one", (name) => {
    expect(isName(name)).toBe(true);
  });

  test.each(["", "   ", "a\nb", "a\u0000", "safe\u202Egnp", "x".repeat(121)])("%j is none", (name) => {
    expect(isName(name)).toBe(false);
  });
});

test.each(["nik", "a", "nik-2", "a2345678901234567890"])("%j is a username", (text) => {
  expect(isUsername(text)).toBe(true);
});

test.each(["", "Nik", "2nik", "-nik", "nik_k", "a23456789012345678901"])("%j is no username", (text) => {
  expect(isUsername(text)).toBe(false);
});

test("a prefix ends with its hyphen", () => {
  expect(isPrefix("msp-")).toBe(true);
  expect(isPrefix("msp")).toBe(false);
  expect(isPrefix("-")).toBe(false);
});

test("an e-mail address has two sides", () => {
  expect(isEmail("nik@example.com")).toBe(true);
  expect(isEmail("nik@")).toBe(false);
  expect(isEmail("nik example@x")).toBe(false);
});

test.each([
  ["Núria Vall", "nuria"],
  ["Nik", "nik"],
  ["ßtefan", "sstefan"],
  ["  4Anna  B", "anna"],
  ["李", ""],
  ["", ""],
])("for %j the username %j is suggested", (name, username) => {
  expect(suggestUsername(name)).toBe(username);
});
