import { expect, test } from "vitest";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { fromHex, hex, utf8 } from "./bytes.ts";
import { idBytes, newId, parseId } from "./identifiers.ts";
import { isShortText } from "./texts.ts";
import { formatTime, parseTime } from "./time.ts";

// RFC 4648 section 10, padding taken away.
test.each([
  ["", ""], ["f", "Zg"], ["fo", "Zm8"], ["foo", "Zm9v"], ["foob", "Zm9vYg"], ["fooba", "Zm9vYmE"], ["foobar", "Zm9vYmFy"],
])("base64url of %j is %j, both ways", (plain, encoded) => {
  expect(encodeBase64url(utf8(plain))).toBe(encoded);
  expect(decodeBase64url(encoded)).toEqual(utf8(plain));
});

test("base64url carries every byte", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
  expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes);
});

test.each(["Zg==", "Zh", "Zm9", "Z", "Zm+v", "Zm/v", "Zm 9", "Zm9v\n", "Zm９v"])("base64url refuses %j", (text) => {
  expect(decodeBase64url(text)).toBeNull();
});

test("an id is a UUIDv7 in lower case", () => {
  expect(parseId("019aa8f0-1234-7abc-8def-0123456789ab")).not.toBeNull();
  for (const wrong of [
    "019AA8F0-1234-7ABC-8DEF-0123456789AB", "019aa8f0-1234-4abc-8def-0123456789ab", "019aa8f0-1234-7abc-cdef-0123456789ab",
    "019aa8f012347abc8def0123456789ab", "{019aa8f0-1234-7abc-8def-0123456789ab}", "", "019aa8f0-1234-7abc-8def-0123456789ab\n",
  ]) expect(parseId(wrong)).toBeNull();
});

test("a new id carries its time in front", () => {
  const id = newId(1_763_756_685_123);
  expect(parseId(id)).toBe(id);
  expect(Number.parseInt(hex(idBytes(id)).slice(0, 12), 16)).toBe(1_763_756_685_123);
});

test("times have one form", () => {
  expect(parseTime("2026-11-21T20:24:45.123Z")).toBe(1_795_292_685_123);
  expect(formatTime(1_795_292_685_123)).toBe("2026-11-21T20:24:45.123Z");
  for (const wrong of [
    "2026-11-21T20:24:45Z", "2026-11-21T20:24:45.1Z", "2026-11-21T20:24:45.123+00:00", "2026-02-30T00:00:00.000Z",
    "2026-11-21t20:24:45.123z", "2026-11-21T24:00:00.000Z", "2026-11-21T20:24:60.000Z",
  ]) expect(parseTime(wrong)).toBeNull();
});

test("short texts are what one line can show", () => {
  expect(isShortText("Grüezi 👋")).toBe(true);
  expect(isShortText("👋".repeat(120))).toBe(true);
  for (const wrong of ["", " x", "x ", "a\u0007", "a\u202eb", "a\u2066b", "👋".repeat(121), "\ud800"]) expect(isShortText(wrong)).toBe(false);
});

test("hexadecimal refuses what it would not write", () => {
  expect(hex(fromHex("00ff"))).toBe("00ff");
  expect(() => fromHex("0F")).toThrow(RangeError);
  expect(() => fromHex("0")).toThrow(RangeError);
});
