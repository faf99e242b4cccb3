import { expect, test } from "vitest";
import { linkSecret } from "./link_secret";

const secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

test("a link's secret is 32 bytes in base64url", () => {
  expect(linkSecret(`#${secret}`)).toBe(secret);
});

test.each(["", "#", "#abc", `#${secret}A`, `#${secret}=`, `#${secret.slice(0, -1)}9`, `#${secret}&x=1`])(
  "%j holds no secret",
  (fragment) => {
    expect(linkSecret(fragment)).toBeNull();
  },
);
