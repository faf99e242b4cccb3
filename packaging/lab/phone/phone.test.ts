import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeStep, decodeBase64url, sessionChallenge, type Bytes } from "@doorward/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { makeCertificates, type Certificates } from "../../../mobile-bridge/app/e2e/certificates.ts";
import { FakeRelay, type FakeWorkstation } from "../../../mobile-bridge/app/e2e/fake_relay.ts";
import { answerOf, codeOf } from "../../../mobile-bridge/app/e2e/workstation_codes.ts";
import { SoftwareAuthenticator, credentialsInMemory } from "./software_authenticator.ts";

let folder: string;
let certificates: Certificates;
let relay: FakeRelay;
let workstation: FakeWorkstation;
let state: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "doorward-virtual-phone-"));
  certificates = makeCertificates(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  relay = new FakeRelay(certificates, null);
  await relay.listen();
  workstation = relay.addWorkstation("W11-L", "Customer-1");
  state = mkdtempSync(join(folder, "state-"));
});

afterEach(() => relay.close());

interface Outcome {
  readonly status: number;
  readonly value: Record<string, unknown>;
  readonly error: string;
}

function run(...words: readonly string[]): Promise<Outcome> {
  const script = join(import.meta.dirname, "phone.ts");
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...words, "--state", state, "--json"], (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), value: out === "" ? {} : (JSON.parse(out) as Record<string, unknown>), error: err });
    });
  });
}

async function pair(): Promise<Outcome> {
  const paired = await run("pair", relay.pairingLink(), "--ca", certificates.caFile);
  expect(paired).toMatchObject({ status: 0, value: { state: "active", technician: "nik" } });
  return paired;
}

test("pairs, lists, and keeps its files to itself", async () => {
  await pair();
  expect(await run("list")).toMatchObject({ status: 0, value: { online: true, workstations: [{ name: "W11-L", concern: null }] } });
  for (const file of ["credentials.json", "cookie", "phone.json"]) expect(statSync(join(state, file)).mode & 0o777).toBe(0o600);
});

test("approves the next request with its number, and that request only once", async () => {
  await pair();
  const request = relay.requestSignIn(workstation);
  const waiting = run("approve", "--next", String(request.number));
  expect(await waiting).toMatchObject({ status: 0, value: { id: request.id, device_name: "W11-L", state: "approved" } });
  expect(request.answer).toEqual({ decision: "approve", numberMatches: true });
  expect((await run("approve", request.id, String(request.number))).status).toBe(1);
});

test("waits for a request that comes later, and signs in again by itself", async () => {
  await pair();
  relay.endSessions();
  const waiting = run("not-me");
  await new Promise((resolve) => setTimeout(resolve, 800));
  const request = relay.requestSignIn(workstation);
  expect((await waiting).status).toBe(0);
  expect(request.answer?.decision).toBe("not_me");
});

test("refuses to approve what it cannot verify", async () => {
  await pair();
  const forged = relay.requestSignIn(workstation, { signedBy: relay.addWorkstation("W12", "Customer-1").signing.privateKey });
  expect((await run("requests")).value).toMatchObject([{ id: forged.id, verified: false, why: "signature" }]);
  expect((await run("approve", forged.id, "47")).status).toBe(5);
  expect((await run("refuse", forged.id)).status).toBe(0);
});

test("shows the workstation's code without a relay, and a fresh one next", async () => {
  await pair();
  relay.reachable = false;
  const key = relay.phone?.agreementKey as Bytes;
  const first = await run("code", "W11-L");
  expect(first.value["code"]).toBe(codeOf(workstation, key, Number(first.value["step"])));
  expect(Math.abs(Number(first.value["step"]) - codeStep(Date.now()))).toBeLessThan(2);
  const fresh = await run("code", "W11-L", "--fresh");
  expect(Number(fresh.value["step"])).toBeGreaterThan(Number(first.value["step"]));
  expect((await run("requests")).status).toBe(4);
});

test("answers a question without a relay", async () => {
  await pair();
  relay.reachable = false;
  const answer = answerOf(workstation, relay.phone?.agreementKey as Bytes, "47110815");
  expect(await run("answer", "W11-L", "47110815")).toMatchObject({ status: 0, value: { answer } });
  expect((await run("answer", "W11-L", "4711081")).status).toBe(2);
  expect((await run("answer", "W12-L", "47110815")).status).toBe(1);
});

test("wrong use is status 2, an unpaired folder 3", async () => {
  expect((await run("list")).status).toBe(3);
  expect((await run("dance")).status).toBe(2);
  expect((await run("list", "--loud")).status).toBe(2);
  await pair();
  expect((await run("approve", "--next", "7")).status).toBe(2);
  expect((await run("pair", relay.pairingLink(-1), "--ca", certificates.caFile)).status).toBe(5);
});

test("the authenticator acts for an administrator's browser on another origin", async () => {
  const authenticator = new SoftwareAuthenticator("https://portal.localhost:8443", credentialsInMemory());
  const challenge = await sessionChallenge(new Uint8Array(32));
  const created = await authenticator.create({
    rpId: "portal.localhost", teamName: "Team", challenge, userId: new Uint8Array(16), userName: "nik", displayName: "Nik", prfInput: null,
  });
  if (!created.ok) throw new Error(created.error);
  const client = JSON.parse(Buffer.from(created.value.clientDataJson).toString()) as Record<string, unknown>;
  expect(client).toMatchObject({ type: "webauthn.create", origin: "https://portal.localhost:8443", crossOrigin: false });
  expect(decodeBase64url(String(client["challenge"]))).toEqual(challenge);
  expect((await authenticator.get({ rpId: "portal.localhost", challenge, credentialId: null, prfInput: null })).ok).toBe(true);
  expect((await authenticator.get({ rpId: "app.localhost", challenge, credentialId: null, prfInput: null })).ok).toBe(false);
});
