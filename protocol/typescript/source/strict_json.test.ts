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
  ['{"a":1,"a":2}', "$.a: duplicate member"],
  ['{"a":{"b":1,"\\u0062":2}}', "$.a.b: duplicate member"],
  ['{"a":[1,"\\ud800"]}', "$.a[1]: lone surrogate"],
  ['{"a":1} ', "accepted"],
  ['{"a":1}x', "$: trailing bytes"],
  ['{"a":1}{}', "$: trailing bytes"],
  ["[1.0]", "$[0]: integer expected"],
  ["[1e2]", "$[0]: integer expected"],
  ["[9007199254740992]", "$[0]: integer expected"],
  ["[-9007199254740991]", "accepted"],
  ["[01]", "$: comma or closing bracket expected"],
  ["[1,]", "$[1]: value expected"],
  ['{"a":1,}', "$: member name expected"],
  ["[NaN]", "$[0]: value expected"],
  ['["a\nb"]', "$[0]: control character in text"],
  ['["\\x41"]', "$[0]: bad escape"],
  ['["\\u00g0"]', "$[0]: bad escape"],
  ['["open', "$[0]: unfinished text"],
  ["", "$: value expected"],
  ["\ufeff{}", "$: value expected"],
  ["nul", "$: value expected"],
  ["[".repeat(16) + "]".repeat(16), "accepted"],
])("%s is judged: %s", (text, expected) => {
  expect(problem(text)).toBe(expected);
});

test("nesting deeper than sixteen is refused", () => {
  expect(problem("[".repeat(17) + "]".repeat(17))).toContain("nested too deep");
});

test("a hundred thousand brackets do not exhaust the stack", () => {
  expect(problem("[".repeat(100_000), 1_000_000)).toContain("nested too deep");
});

test("the size is judged first", () => {
  expect(problem("x".repeat(11), 10)).toBe("$: too large");
});

test("bytes that are not UTF-8 are refused", () => {
  expect(problem(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22))).toBe("$: not UTF-8");
  expect(problem(utf8('"grüezi"'))).toBe("accepted");
});

test("a member called __proto__ is a member and nothing else", () => {
  expect(problem('{"__proto__":{"x":1}}')).toBe("accepted");
  expect(() => Reader.parse('{"__proto__":1}', 100).object("a")).toThrow("$.__proto__: unknown member");
});

test("a reader names the path of what it refuses", () => {
  const text = '{"a":{"b":[1,"x"],"c":"AA","d":null,"e":"line\\u000abreak"}}';
  const inner = () => Reader.parse(text, 1000).object("a").a.object("b", "c", "d", "e");
  expect(() => inner().b.array((item) => item.integer())).toThrow("$.a.b[1]: integer expected");
  expect(() => inner().c.bytes(2)).toThrow("$.a.c: not 2 bytes");
  expect(() => inner().d.text()).toThrow("$.a.d: text expected");
  expect(() => inner().e.shortText()).toThrow("$.a.e: not a short text");
  expect(() => Reader.parse(text, 1000).object("a").a.object("b", "c", "d")).toThrow("$.a.e: unknown member");
  expect(() => Reader.parse(text, 1000).object("a").a.object("b", "c", "d", "e", "f")).toThrow("$.a.f: missing member");
});
