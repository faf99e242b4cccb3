import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isTicketPattern, matchesTicketPattern } from "./ticket_pattern.ts";

// The file that C++ runs as well.
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "../../vectors/ticket_patterns.json"), "utf8")) as {
  cases: { ticket: string; pattern: string; matches: boolean }[];
  patterns: { pattern: string; sound: boolean }[];
};

test.each(vectors.cases)("$ticket against $pattern", ({ ticket, pattern, matches }) => {
  expect(matchesTicketPattern(ticket, pattern)).toBe(matches);
});

test.each(vectors.patterns)("$pattern as a pattern", ({ pattern, sound }) => {
  expect(isTicketPattern(pattern)).toBe(sound);
});
