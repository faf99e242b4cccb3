import { describe, expect, test } from "vitest";
import { relativeTime, remaining, writeDrift, writeMoment } from "./time";

describe("remaining time", () => {
  test.each([
    [0, "0:00"],
    [-5000, "0:00"],
    [900, "0:01"],
    [125_000, "2:05"],
    [15 * 60_000, "15:00"],
    [3_600_000 + 12 * 60_000 + 9000, "1:12:09"],
  ])("%d ms is written %s", (milliseconds, written) => {
    expect(remaining(milliseconds, "en")).toBe(written);
  });

  test("counts days once it is longer than two of them", () => {
    expect(remaining(7 * 86_400_000, "en")).toBe("7 days 0 hours");
    expect(remaining(7 * 86_400_000, "de")).toBe("7 Tage 0 Stunden");
  });
});

describe("relative time", () => {
  test.each([
    [-30_000, "now"],
    [-61_000, "1 minute ago"],
    [-3 * 3_600_000, "3 hours ago"],
    [-86_400_000, "yesterday"],
    [14 * 86_400_000, "in 14 days"],
  ])("%d ms away is %s", (difference, written) => {
    expect(relativeTime(difference, "en")).toBe(written);
  });
});

describe("a clock's drift", () => {
  test.each([
    [0, "none", ""],
    [2000, "none", ""],
    [-2000, "none", ""],
    [2001, "ahead", "2 seconds"],
    [-61_000, "behind", "1 minute"],
    [7_200_000, "ahead", "2 hours"],
    [-86_400_000 * 20_783, "behind", "20,783 days"],
  ])("of %d ms is %s %s", (milliseconds, direction, span) => {
    expect(writeDrift(milliseconds, "en")).toEqual({ direction, span });
  });
});

test("a moment always carries its UTC form", () => {
  const moment = writeMoment("2026-11-21T20:24:45.123Z", Date.parse("2026-11-21T20:25:50Z"), "en");
  expect(moment.utc).toBe("2026-11-21 20:24:45 UTC");
  expect(moment.relative).toBe("1 minute ago");
});
