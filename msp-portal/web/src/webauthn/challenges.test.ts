import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { changeChallenge, registrationChallenge, sessionChallenge } from "./challenges";

const technician = "0193a5b0-7c1e-7e2f-8a3b-4c5d6e7f8091";
const secret = Buffer.alloc(32, 7);

test("a passkey is registered over the technician and the link's secret", async () => {
  const expected = createHash("sha256")
    .update("doorward/admin-register/1\0")
    .update(Buffer.from(technician.replaceAll("-", ""), "hex"))
    .update(secret)
    .digest();
  const made = await registrationChallenge(technician, secret.toString("base64url"));
  expect(Buffer.from(made).equals(expected)).toBe(true);
});

test("a session is opened over the server's nonce, under a purpose of its own", async () => {
  const expected = createHash("sha256").update("doorward/admin-session/1\0").update(secret).digest();
  const made = await sessionChallenge(secret.toString("base64url"));
  expect(Buffer.from(made).equals(expected)).toBe(true);
});

test.each(["", "AAAA", secret.toString("base64"), Buffer.alloc(33).toString("base64url")])(
  "%j is not signed as a nonce",
  async (nonce) => {
    await expect(sessionChallenge(nonce)).rejects.toThrow(TypeError);
  },
);

test.each(["", technician.toUpperCase(), `${technician} `, technician.replace("-7e2f", "-4e2f")])(
  "%j is refused as a technician's id",
  async (id) => {
    await expect(registrationChallenge(id, secret.toString("base64url"))).rejects.toThrow(TypeError);
  },
);

interface Vector {
  computation: string;
  input: { change_id: string; change_body: string };
  output: string;
}

test("a change is accepted over its id and its bytes, as the portal computes it", async () => {
  const file = join(import.meta.dirname, "../../../../protocol/vectors/computations.json");
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Vector[] };
  const known = cases.filter(({ computation }) => computation === "change_challenge");
  expect(known).not.toHaveLength(0);
  for (const { input, output } of known) {
    const made = await changeChallenge(input.change_id, Buffer.from(input.change_body).toString("base64url"));
    expect(Buffer.from(made).toString("base64url")).toBe(output);
  }
});

test.each([
  ["", "e30"],
  [technician, ""],
  [technician, "e30="],
])("nothing is signed for the change %j with the payload %j", async (id, payload) => {
  await expect(changeChallenge(id, payload)).rejects.toThrow(TypeError);
});
