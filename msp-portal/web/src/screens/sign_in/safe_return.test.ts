import { expect, test } from "vitest";
import { safeReturn } from "./safe_return";

test("a path of this portal is kept", () => {
  expect(safeReturn("/devices/1?customer=2")).toBe("/devices/1?customer=2");
});

test.each([undefined, "", "https://evil.example", "//evil.example", "/\\evil.example", "devices", "/sign-in?next=/x"])(
  "%j leads to the dashboard instead",
  (next) => {
    expect(safeReturn(next)).toBe("/");
  },
);
