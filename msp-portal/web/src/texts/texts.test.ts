import { expect, test } from "vitest";
import { de } from "./de";
import { en } from "./en";
import { preferredLanguage, regionalForm } from "./load_texts";

test("a language once chosen wins over the browser's", () => {
  expect(preferredLanguage("de", ["en-US"])).toBe("de");
});

test("the browser's first known language is taken, and English where there is none", () => {
  expect(preferredLanguage(null, ["fr", "de-AT", "en"])).toBe("de");
  expect(preferredLanguage("klingon", ["fr"])).toBe("en");
});

test("dates follow the person's region", () => {
  expect(regionalForm("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
  expect(regionalForm("de", ["en-GB"])).toBe("de");
});

function emptyTexts(texts: object, path = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === "string") return value.trim() === "" ? [path + key] : [];
    return typeof value === "object" && value !== null ? emptyTexts(value, `${path}${key}.`) : [];
  });
}

test("no text is left empty in either language", () => {
  expect(emptyTexts(en)).toEqual([]);
  expect(emptyTexts(de)).toEqual([]);
});
