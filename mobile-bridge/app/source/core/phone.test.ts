import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeStep, decodeBase64url, type Bytes } from "@doorward/protocol";
import { SoftwareAuthenticator, credentialsInMemory } from "@doorward/virtual-phone";
import { RelayTransport } from "@doorward/virtual-phone/relay-transport";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { makeCertificates, type Certificates } from "../../e2e/certificates.ts";
import { FakeRelay } from "../../e2e/fake_relay.ts";
import { answerOf, codeOf, tenantCodeOf } from "../../e2e/workstation_codes.ts";
import { Phone } from "./phone.ts";
import type { Authenticator, RecordStore } from "./ports.ts";
import type { StoredRecords } from "./records.ts";

class MemoryStore implements RecordStore {
  readonly records = new Map<string, unknown>();

  async read<Name extends keyof StoredRecords>(name: Name): Promise<StoredRecords[Name] | null> {
    return (this.records.get(name) as StoredRecords[Name] | undefined) ?? null;
  }

  async update<Name extends keyof StoredRecords>(name: Name, change: (current: StoredRecords[Name] | null) => StoredRecords[Name]): Promise<StoredRecords[Name]> {
    const changed = change((this.records.get(name) as StoredRecords[Name] | undefined) ?? null);
    this.records.set(name, changed);
    return changed;
  }

  async clear(): Promise<void> {
    this.records.clear();
  }
}

let folder: string;
let certificates: Certificates;
let relay: FakeRelay;
let store: MemoryStore;
let now: number | null;
let credentials = credentialsInMemory();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "doorward-phone-"));
  certificates = makeCertificates(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  relay = new FakeRelay(certificates, null);
  await relay.listen();
  store = new MemoryStore();
  credentials = credentialsInMemory();
  now = null;
  rmSync(join(folder, "cookie"), { force: true });
});

afterEach(() => relay.close());

function makePhone(change: (authenticator: Authenticator) => Authenticator = (same) => same): Phone {
  return new Phone({
    authenticator: change(new SoftwareAuthenticator(relay.origin, credentials)),
    transport: new RelayTransport(new URL(relay.origin), certificates.ca, folder),
    store,
    clock: { now: () => now ?? Date.now() },
  });
}

async function paired(): Promise<Phone> {
  const phone = makePhone();
  await phone.start();
  const found = await phone.lookUpPairing(relay.pairingLink());
  if (!found.ok) throw new Error(found.error);
  const completed = await phone.completePairing(found.value, "Test phone", "ask");
  if (!completed.ok) throw new Error(completed.error);
  return phone;
}

function withoutPrf(authenticator: Authenticator): Authenticator {
  return {
    create: async (options) => {
      const created = await authenticator.create(options);
      return created.ok ? { ok: true, value: { ...created.value, prfEnabled: false, prfOutput: null } } : created;
    },
    get: async (options) => {
      const asserted = await authenticator.get(options);
      return asserted.ok ? { ok: true, value: { ...asserted.value, prfOutput: null } } : asserted;
    },
  };
}

test("a link pairs a phone once, and the second time it says so", async () => {
  const link = relay.pairingLink();
  const phone = makePhone();
  const found = await phone.lookUpPairing(link);
  expect(found.ok && found.value.offer.team.name).toBe("Northwind IT");
  if (!found.ok) return;
  expect(await phone.completePairing(found.value, "Test phone", "ask")).toMatchObject({ ok: true, value: { state: "active", strength: "device_bound" } });
  expect(relay.phone?.label).toBe("Test phone");
  expect(await makePhone().lookUpPairing(link)).toEqual({ ok: false, error: "link_refused" });
});

test("a pairing whose answer got lost is found again by its passkey", async () => {
  const phone = makePhone();
  await phone.start();
  const found = await phone.lookUpPairing(relay.pairingLink());
  if (!found.ok) throw new Error(found.error);
  relay.losesAnswer = true;
  expect(await phone.completePairing(found.value, "Test phone", "ask")).toEqual({ ok: false, error: "unreachable" });
  expect(await phone.completePairing(found.value, "Test phone", "ask")).toMatchObject({ ok: true, value: { state: "active" } });
  expect((await phone.unlock()).ok).toBe(true);
  expect(credentials.load()).toHaveLength(1);
});

test("links that are broken, expired or for another host are refused", async () => {
  expect(await makePhone().lookUpPairing(`${relay.origin}/pair#short`)).toEqual({ ok: false, error: "link_malformed" });
  expect(await makePhone().lookUpPairing(`${relay.origin}/pair`)).toEqual({ ok: false, error: "link_malformed" });
  expect(await makePhone().lookUpPairing(relay.pairingLink(-1))).toEqual({ ok: false, error: "link_refused" });
  relay.reachable = false;
  expect(await makePhone().lookUpPairing(relay.pairingLink())).toEqual({ ok: false, error: "unreachable" });
});

test("an authenticator without PRF needs a yes, makes one passkey only, and its codes still agree", async () => {
  const phone = makePhone(withoutPrf);
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const found = await phone.lookUpPairing(relay.pairingLink());
  if (!found.ok) throw new Error(found.error);
  expect(await phone.completePairing(found.value, "Old phone", "ask")).toEqual({ ok: false, error: "without_prf" });
  expect(await phone.completePairing(found.value, "Old phone", "accept")).toMatchObject({ ok: true, value: { strength: "without_prf" } });
  expect(credentials.load()).toHaveLength(1);
  expect(relay.phone?.prf).toBe(false);
  expect((await phone.unlock()).ok).toBe(true);
  const code = await phone.readCode(workstation.id);
  expect(code.ok && code.value.code).toBe(codeOf(workstation, relay.phone?.agreementKey as Bytes, codeStep(Date.now())));
});

test("a phone that waits for acceptance lists nothing until it is accepted", async () => {
  relay.acceptsAlone = false;
  relay.addWorkstation("W11-L", "Customer-1");
  const phone = await paired();
  expect(phone.snapshot.phone?.state).toBe("waiting_for_acceptance");
  expect(phone.snapshot.workstations).toEqual([]);
  relay.accept();
  await phone.refresh();
  expect(phone.snapshot.phone?.state).toBe("active");
  expect(phone.snapshot.workstations).toHaveLength(1);
});

test("an approval signs the number the person typed, and one request is answered once", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const phone = await paired();
  const request = relay.requestSignIn(workstation, { reason: "printer" });
  await phone.refresh();
  expect(phone.snapshot.requests[0]?.content).toMatchObject({ kind: "verified", concern: null, facts: { device_name: "W11-L", reason: "printer" } });
  expect(await phone.approve(request.id, request.number)).toEqual({ ok: true, value: "approved" });
  expect(request.answer).toEqual({ decision: "approve", numberMatches: true });
  expect(await phone.approve(request.id, request.number)).toEqual({ ok: false, error: "not_approvable" });
});

test("a wrong number makes a signature that does not fit", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const phone = await paired();
  const request = relay.requestSignIn(workstation);
  await phone.refresh();
  await phone.approve(request.id, request.number === 99 ? 10 : request.number + 1);
  expect(request.answer).toEqual({ decision: "approve", numberMatches: false });
});

test("refusing and 'this was not me' need no sensor", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const phone = await paired();
  const [first, second] = [relay.requestSignIn(workstation), relay.requestSignIn(workstation)];
  await phone.refresh();
  expect(await phone.decline(first.id, "refuse")).toEqual({ ok: true, value: "refused" });
  expect(await phone.decline(second.id, "not_me")).toEqual({ ok: true, value: "not_me" });
});

test("a request that another key signed, or about another person or machine, cannot be approved", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const other = relay.addWorkstation("W12-L", "Customer-1");
  const phone = await paired();
  const forged = relay.requestSignIn(workstation, { signedBy: other.signing.privateKey });
  const relabelled = relay.requestSignIn(workstation, { deviceName: "W12-L" });
  relay.technician.id = other.id as never;
  const notMine = relay.requestSignIn(workstation);
  await phone.refresh();
  const contents = new Map(phone.snapshot.requests.map((request) => [request.id, request.content]));
  expect(contents.get(forged.id)).toEqual({ kind: "unverifiable", reason: "signature" });
  expect(contents.get(relabelled.id)).toMatchObject({ kind: "verified", concern: { kind: "name_differs", name: "W12-L" } });
  expect(contents.get(notMine.id)).toEqual({ kind: "unverifiable", reason: "not_yours" });
  for (const request of [forged, relabelled, notMine]) {
    expect(await phone.approve(request.id, request.number)).toEqual({ ok: false, error: "not_approvable" });
    expect(request.answer).toBeNull();
  }
});

test("a workstation with a new key is shown as such and approved only after the person confirmed it", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const phone = await paired();
  workstation.signing = relay.addWorkstation("spare", "Customer-1").signing;
  relay.workstations.pop();
  const request = relay.requestSignIn(workstation);
  await phone.refresh();
  expect(phone.snapshot.requests[0]?.content).toMatchObject({ kind: "verified", concern: { kind: "key_changed" } });
  expect(await phone.approve(request.id, request.number)).toEqual({ ok: false, error: "not_approvable" });
  await phone.confirmWorkstation(workstation.id);
  expect(await phone.approve(request.id, request.number)).toMatchObject({ ok: true });
});

test("the code is the workstation's, is recorded once a step, and works with the relay gone", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  await paired();
  relay.reachable = false;
  const phone = makePhone();
  await phone.start();
  now = 1_800_000_000_000;
  expect(await phone.readCode(workstation.id)).toEqual({ ok: false, error: "locked" });
  expect((await phone.unlock()).ok).toBe(true);
  const code = await phone.readCode(workstation.id);
  const phoneKey = decodeBase64url(phone.snapshot.phone?.agreementKey ?? "") as Bytes;
  expect(code).toMatchObject({ ok: true, value: { code: codeOf(workstation, phoneKey, codeStep(now)), shownBefore: false } });
  expect(await phone.readCode(workstation.id)).toMatchObject({ ok: true, value: { shownBefore: true } });
  expect(store.records.get("readings")).toHaveLength(1);
  relay.reachable = true;
  await phone.refresh();
  await phone.refresh();
  expect(relay.readings).toHaveLength(1);
  expect(store.records.get("readings")).toEqual([]);
});

test("a question is answered as the workstation would, with the relay gone, and recorded until it is back", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  await paired();
  relay.reachable = false;
  const phone = makePhone();
  await phone.start();
  expect(await phone.answerQuestion(workstation.id, "47110815")).toEqual({ ok: false, error: "locked" });
  await phone.unlock();
  const phoneKey = decodeBase64url(phone.snapshot.phone?.agreementKey ?? "") as Bytes;
  for (const question of ["47110815", "00000000", "99999999"]) {
    const code = answerOf(workstation, phoneKey, question);
    expect(await phone.answerQuestion(workstation.id, question)).toMatchObject({ ok: true, value: { code } });
  }
  for (const text of ["", "4711081", "471108150", "4711 0815", "+4711081", "４７１１０８１５"]) {
    expect(await phone.answerQuestion(workstation.id, text)).toEqual({ ok: false, error: "not_a_question" });
  }
  relay.reachable = true;
  await phone.refresh();
  expect(relay.readings.map((reading) => reading.device_id)).toEqual([workstation.id, workstation.id, workstation.id]);
});

test("a customer's own code is the same on its workstations, is recorded for each, and works with the relay gone", async () => {
  const [first, second] = [relay.addWorkstation("W11-L", "Customer-1"), relay.addWorkstation("W12-L", "Customer-1")];
  first.codeScheme = "per_tenant";
  second.codeScheme = "per_tenant";
  const secret = relay.giveTenantSecret(first.tenantId);
  await paired();
  relay.reachable = false;
  const phone = makePhone();
  await phone.start();
  now = 1_800_000_000_000;
  expect(await phone.readCode(first.id)).toEqual({ ok: false, error: "locked" });
  await phone.unlock();
  const phoneKey = decodeBase64url(phone.snapshot.phone?.agreementKey ?? "") as Bytes;
  const code = tenantCodeOf(secret, codeStep(now));
  const machine = { code: codeOf(first, phoneKey, codeStep(now)) };
  expect(await phone.readCode(first.id)).toMatchObject({ ok: true, value: { code, shared: true, shownBefore: false, others: [machine] } });
  const read = await phone.readCode(second.id);
  expect(read).toMatchObject({ ok: true, value: { code, shownBefore: true } });
  expect((store.records.get("readings") as { deviceId: string }[]).map((reading) => reading.deviceId)).toEqual([first.id, second.id]);
  if (!read.ok) throw new Error(read.error);
  await phone.markCodeUsed(read.value);
  expect(await phone.readCode(first.id)).toEqual({ ok: false, error: "used" });
  now += 30_000;
  expect(await phone.readCode(first.id)).toMatchObject({ ok: true, value: { code: tenantCodeOf(secret, codeStep(now)) } });
});

test("while one secret takes another's place both codes are there, and what was not sealed for this phone is not", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  workstation.codeScheme = "per_tenant";
  now = 1_800_000_000_000;
  const old = relay.giveTenantSecret(workstation.tenantId);
  const fresh = relay.giveTenantSecret(workstation.tenantId, now + 60_000);
  const phone = await paired();
  await phone.unlock();
  const [step, oldCode] = [codeStep(now), tenantCodeOf(old, codeStep(now))];
  const both = await phone.readCode(workstation.id);
  expect(both.ok && [both.value.code, both.value.others[0]?.code]).toEqual([tenantCodeOf(fresh, step), oldCode]);
  now += 60_000;
  await phone.unlock();
  const later = await phone.readCode(workstation.id);
  expect(later.ok && later.value.others).toHaveLength(1);
  await store.update("workstations", (book) => JSON.parse(JSON.stringify(book).replace(/"sealed":"..../g, '"sealed":"AAAA')) as never);
  now += 30_000;
  const machine = await phone.readCode(workstation.id);
  expect(machine).toMatchObject({ ok: true, value: { shared: false, others: [] } });
});

const base32Of = (bytes: Bytes): string =>
  [...BigInt(`0x${Buffer.from(bytes).toString("hex")}`).toString(32).padStart(32, "0")].map((digit) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(parseInt(digit, 32))).join("");

test("a customer's secret is shown for another authenticator once, after the portal has recorded it", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  workstation.codeScheme = "per_tenant";
  const secret = relay.giveTenantSecret(workstation.tenantId);
  const phone = await paired();
  phone.lock();
  expect(await phone.showSecret(workstation.id)).toEqual({ ok: false, error: "locked" });
  await phone.unlock();
  relay.reachable = false;
  expect(await phone.showSecret(workstation.id)).toEqual({ ok: false, error: "unreachable" });
  expect(relay.secretShown.size).toBe(0);
  relay.reachable = true;
  const shown = await phone.showSecret(workstation.id);
  if (!shown.ok) throw new Error(shown.error);
  const uri = new URL(shown.value.uri);
  expect([...relay.secretShown]).toEqual([shown.value.secretId]);
  expect(decodeURIComponent(shown.value.uri)).toContain(`${phone.snapshot.phone?.team.name}:Customer-1·${shown.value.keyId}?`);
  expect(uri.searchParams.get("secret")).toBe(base32Of(secret));
  expect(JSON.stringify([...store.records.values()])).not.toContain(base32Of(secret));
  expect(await phone.showSecret(workstation.id)).toEqual({ ok: false, error: "shown_before" });
  // The phone asks for the newest one first.
  relay.giveTenantSecret(workstation.tenantId);
  expect((await phone.showSecret(workstation.id)).ok).toBe(true);
  workstation.codeScheme = "per_machine";
  relay.tenantSecrets.splice(0);
  expect(await phone.showSecret(workstation.id)).toEqual({ ok: false, error: "no_secret" });
});

test("a workstation with a concern gets no answer, one with shared codes does", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const phone = await paired();
  await phone.unlock();
  workstation.codeScheme = "per_tenant";
  await phone.refresh();
  // The customer's secret has not come: the workstation's own code is what is left.
  expect(await phone.readCode(workstation.id)).toMatchObject({ ok: true, value: { shared: false } });
  expect((await phone.answerQuestion(workstation.id, "47110815")).ok).toBe(true);
  workstation.agreement = relay.addWorkstation("spare", "Customer-1").agreement;
  relay.workstations.pop();
  await phone.refresh();
  expect(await phone.answerQuestion(workstation.id, "47110815")).toEqual({ ok: false, error: "concern" });
});

test("a used code is not shown again, the next one is", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const phone = await paired();
  now = 1_800_000_000_000;
  await phone.unlock();
  const code = await phone.readCode(workstation.id);
  if (!code.ok) throw new Error(code.error);
  await phone.markCodeUsed(code.value);
  expect(await phone.readCode(workstation.id)).toEqual({ ok: false, error: "used" });
  now -= 30_000;
  expect(await phone.readCode(workstation.id)).toEqual({ ok: false, error: "used" });
  now += 60_000;
  await phone.unlock();
  expect((await phone.readCode(workstation.id)).ok).toBe(true);
});

test("the key is gone after a minute, when the app is hidden, and never stored", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const phone = await paired();
  now = 1_800_000_000_000;
  await phone.unlock();
  now += 59_999;
  expect((await phone.readCode(workstation.id)).ok).toBe(true);
  now += 1;
  expect(await phone.readCode(workstation.id)).toEqual({ ok: false, error: "locked" });
  await phone.unlock();
  phone.unwatch();
  expect(await phone.readCode(workstation.id)).toEqual({ ok: false, error: "locked" });
  const prfSecret = credentials.load()[0]?.prfSecret ?? "-";
  expect(JSON.stringify([...store.records])).not.toContain(prfSecret);
});

test("a passkey that answers with another key does not unlock", async () => {
  await paired();
  credentials.save(credentials.load().map((credential) => ({ ...credential, prfSecret: "AAAA" })));
  const phone = makePhone();
  await phone.start();
  expect(await phone.unlock()).toEqual({ ok: false, error: "key_mismatch" });
  expect(phone.snapshot.unlockedUntil).toBeNull();
});

test("an ended session is renewed by the passkey", async () => {
  const phone = await paired();
  relay.endSessions();
  await phone.refresh();
  expect(phone.snapshot.connection).toBe("signed_out");
  expect(await phone.signIn()).toEqual({ ok: true, value: undefined });
  expect(phone.snapshot.connection).toBe("online");
  relay.phone = null;
  await phone.refresh();
  expect(await phone.signIn()).toEqual({ ok: false, error: "phone_unknown" });
});

test("a phone that lost its records is recognised by its passkey", async () => {
  const workstation = relay.addWorkstation("W11-L", "Customer-1");
  const before = await paired();
  store.records.clear();
  const phone = makePhone();
  await phone.start();
  expect(phone.snapshot.phone).toBeNull();
  expect((await phone.signIn()).ok).toBe(true);
  expect((await phone.unlock()).ok).toBe(true);
  expect(phone.snapshot.phone?.agreementKey).toBe(before.snapshot.phone?.agreementKey);
  expect((await phone.readCode(workstation.id)).ok).toBe(true);
});

test("the portal cannot turn a paired phone into another person's", async () => {
  const phone = await paired();
  const technician = phone.snapshot.phone?.technician.id;
  relay.technician.id = relay.addWorkstation("x", "y").id as never;
  await phone.refresh();
  expect(phone.snapshot.phone?.technician.id).toBe(technician);
});

test("forgetting leaves nothing behind", async () => {
  const phone = await paired();
  await phone.forget();
  expect(store.records.size).toBe(0);
  expect(phone.snapshot.phone).toBeNull();
});
