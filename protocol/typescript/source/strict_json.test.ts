import { expect, test } from "vitest";
import { utf8 } from "./bytes.ts";
import { Reader } from "./reader.ts";
import { DecodeError, parseStrictJson } from "./strict_json.ts";

function problem(text: string | Uint8Array, limit = 1000): string {
  try {
    parseStrictJson(text, limit);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return "accepted";
}

test.each([
  ['{"a":1,"a":2}', "duplicate_member at /a"],
  ['{"a":{"b":1,"\\u0062":2}}', "duplicate_member at /a/b"],
  ['{"a":[1,"\\ud800"]}', "syntax"],
  ['{"a":1} ', "accepted"],
  ['{"a":1}x', "syntax"],
  ['{"a":1}{}', "syntax"],
  ["[1.0]", "wrong_type at /0"],
  ["[1e2]", "wrong_type at /0"],
  ["[9007199254740992]", "out_of_range at /0"],
  ["[-9007199254740991]", "accepted"],
  ["[01]", "syntax"],
  ["[1,]", "syntax"],
  ['{"a":1,}', "syntax"],
  ["[NaN]", "syntax"],
  ['["a\nb"]', "syntax"],
  ['["\\x41"]', "syntax"],
  ['["\\u00g0"]', "syntax"],
  ['["open', "syntax"],
  ["", "syntax"],
  ["\ufeff{}", "syntax"],
  ["nul", "syntax"],
  ["[".repeat(16) + "]".repeat(16), "accepted"],
])("%s is judged: %s", (text, expected) => {
  expect(problem(text)).toBe(expected);
});

test("nesting deeper than sixteen is refused", () => {
  expect(problem("[".repeat(17) + "]".repeat(17))).toContain("too_deep");
});

test("a hundred thousand brackets do not exhaust the stack", () => {
  expect(problem("[".repeat(100_000), 1_000_000)).toContain("too_deep");
});

test("the size is judged first", () => {
  expect(problem("x".repeat(11), 10)).toBe("too_large");
});

test("bytes that are not UTF-8 are refused", () => {
  expect(problem(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22))).toBe("not_utf8");
  expect(problem(utf8('"grüezi"'))).toBe("accepted");
});

test("a member called __proto__ is a member and nothing else", () => {
  expect(problem('{"__proto__":{"x":1}}')).toBe("accepted");
  expect(() => Reader.parse('{"__proto__":1}', 100).object("a")).toThrow("unknown_member at /__proto__");
});

test("a reader names the path of what it refuses", () => {
  const text = '{"a":{"b":[1,"x"],"c":"AA","d":null,"e":"line\\u000abreak"}}';
  const inner = () => Reader.parse(text, 1000).object("a").a.object("b", "c", "d", "e");
  expect(() => inner().b.array((item) => item.integer())).toThrow("wrong_type at /a/b/1");
  expect(() => inner().c.bytes(2)).toThrow("out_of_range at /a/c");
  expect(() => inner().d.text()).toThrow("wrong_type at /a/d");
  expect(() => inner().e.shortText()).toThrow("bad_value at /a/e");
  expect(() => Reader.parse(text, 1000).object("a").a.object("b", "c", "d")).toThrow("unknown_member at /a/e");
  expect(() => Reader.parse(text, 1000).object("a").a.object("b", "c", "d", "e", "f")).toThrow("missing_member at /a/f");
});
