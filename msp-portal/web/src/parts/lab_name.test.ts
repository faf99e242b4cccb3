import { expect, test } from "vitest";
import { isLabName } from "./lab_name";

test.each(["localhost", "app.localhost", "APP.LOCALHOST", "doorward", "10.0.4.7", "[::1]", "app.test", "office.local"])(
  "a real phone cannot use %s",
  (host) => {
    expect(isLabName(host)).toBe(true);
  },
);

test.each(["app.example.com", "doorward.msp.net", "localhost.example.com", "7.example.org"])("a real phone can use %s", (host) => {
  expect(isLabName(host)).toBe(false);
});
