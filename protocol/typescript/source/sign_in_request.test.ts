import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { concat, fromUtf8, utf8, type Bytes } from "./bytes.ts";
import { verifyEnvelope, type SignedEnvelope } from "./envelope.ts";
import { purposes } from "./hash.ts";
import { decodeSignInRequest, openSignInRequest } from "./sign_in_request.ts";

const fields = {
  version: 1,
  id: "019aa8f0-0000-7000-8000-000000000001",
  team_id: "019aa8f0-0000-7000-8000-000000000002",
  tenant_id: "019aa8f0-0000-7000-8000-000000000003",
  device_id: "019aa8f0-0000-7000-8000-000000000004",
  technician_id: "019aa8f0-0000-7000-8000-000000000005",
  tenant_name: "Customer-1",
  device_name: "W11-L",
  account: "msp-nik",
  service: "sshd",
  terminal: "ssh",
  remote_host: "192.0.2.7",
  reason: null,
  ticket: null,
  nonce: "AAAAAAAAAAAAAAAAAAAAAA",
  issued_at: 1_763_756_685_123,
  expires_at: 1_763_756_745_123,
};
const device = generateKeyPairSync("ed25519");

function publicBytes(key: KeyObject): Bytes {
  return new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(-32));
}

function sealed(body: Bytes, purpose: string = purposes.signInRequest): SignedEnvelope {
  return { body, signature: new Uint8Array(sign(null, concat(utf8(`${purpose}\0`), body), device.privateKey)) };
}

test("what a workstation signed is read as it stands", async () => {
  const opened = await openSignInRequest(sealed(utf8(JSON.stringify(fields))), publicBytes(device.publicKey));
  expect(opened.ok && opened.value).toMatchObject({ device_name: "W11-L", account: "msp-nik", reason: null, expires_at: 1_763_756_745_123 });
});

test("a request at a console has no terminal and no remote host", () => {
  expect(decodeSignInRequest(utf8(JSON.stringify({ ...fields, terminal: "", remote_host: "" }))).remote_host).toBe("");
});

test("another key, a changed byte or another purpose opens nothing", async () => {
  const body = utf8(JSON.stringify(fields));
  const key = publicBytes(device.publicKey);
  const other = publicBytes(generateKeyPairSync("ed25519").publicKey);
  const changed = utf8((fromUtf8(body) ?? "").replace("W11-L", "W11-M"));
  expect(await openSignInRequest(sealed(body), other)).toEqual({ ok: false, error: "signature" });
  expect(await openSignInRequest({ ...sealed(body), body: changed }, key)).toEqual({ ok: false, error: "signature" });
  expect(await openSignInRequest(sealed(body, "doorward/audit-head/1"), key)).toEqual({ ok: false, error: "signature" });
  expect(await verifyEnvelope(sealed(body), purposes.signInRequest, new Uint8Array(31))).toBe(false);
});

test.each([
  ["a duplicate member", JSON.stringify(fields).replace('"account"', '"device_name":"W11-M","account"')],
  ["an unknown member", JSON.stringify({ ...fields, note: "x" })],
  ["a missing member", JSON.stringify({ ...fields, ticket: undefined })],
  ["another version", JSON.stringify({ ...fields, version: 2 })],
  ["a name that turns the line around", JSON.stringify({ ...fields, device_name: "W11\u202eL" })],
  ["a name with a line break", JSON.stringify({ ...fields, device_name: "W11\nL" })],
  ["an account that is none", JSON.stringify({ ...fields, account: "root;reboot" })],
  ["a short nonce", JSON.stringify({ ...fields, nonce: "AAAA" })],
  ["a mistyped time", JSON.stringify({ ...fields, expires_at: "soon" })],
  ["an id in capitals", JSON.stringify({ ...fields, id: fields.id.toUpperCase() })],
  ["no JSON", "sign me"],
  ["a body too large", JSON.stringify({ ...fields, reason: "x".repeat(20_000) })],
])("signed bytes with %s are malformed", async (_, text) => {
  expect(await openSignInRequest(sealed(utf8(text)), publicBytes(device.publicKey))).toEqual({ ok: false, error: "malformed" });
});
