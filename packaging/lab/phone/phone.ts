#!/usr/bin/env node
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Phone, type AnswerError, type RememberedWorkstation, type ShownRequest } from "@doorward/phone-app/core";
import { FolderStore } from "./folder_store.ts";
import { RelayTransport } from "./relay_transport.ts";
import { SoftwareAuthenticator, credentialsInFile } from "./software_authenticator.ts";

const help = `A phone without a phone: the app's own core with an authenticator in a file.

  phone.ts pair LINK --ca CA.pem --state FOLDER [--label TEXT]
  phone.ts list | requests | activity --state FOLDER
  phone.ts approve REQUEST_ID NUMBER --state FOLDER
  phone.ts approve --next NUMBER --state FOLDER [--wait SECONDS]
  phone.ts refuse | not-me [REQUEST_ID] --state FOLDER
  phone.ts code WORKSTATION_NAME [--fresh] --state FOLDER
  phone.ts answer WORKSTATION_NAME QUESTION --state FOLDER
  phone.ts secret WORKSTATION_NAME --state FOLDER

Without REQUEST_ID, refuse and not-me take the next request. --fresh waits for a code that was never shown.
answer is for the eight digits a workstation shows when it does not trust its clock. secret is what another
authenticator scans, where the customer has one secret for all its codes; it is shown once.
--json prints one JSON value. Exit status: 0 ok, 1 failed, 2 usage, 3 not paired, 4 unreachable, 5 denied, 6 conflict.
`;

class Stop extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const usage = (message: string) => new Stop(2, `${message} (--help shows how)`);

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        ca: { type: "string" },
        state: { type: "string" },
        label: { type: "string", default: "Virtual phone" },
        next: { type: "string" },
        wait: { type: "string", default: "60" },
        fresh: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : "unknown argument");
  }
}

interface Place {
  readonly origin: string;
  readonly ca: string;
}

function openPhone(folder: string, place: Place): Phone {
  const origin = new URL(place.origin);
  return new Phone({
    authenticator: new SoftwareAuthenticator(origin.origin, credentialsInFile(join(folder, "credentials.json"))),
    transport: new RelayTransport(origin, place.ca, folder),
    store: new FolderStore(folder),
    clock: { now: () => Date.now() },
  });
}

async function openPaired(folder: string): Promise<Phone> {
  const placeFile = join(folder, "place.json");
  if (!existsSync(placeFile)) throw new Stop(3, "this phone is not paired");
  const phone = openPhone(folder, JSON.parse(readFileSync(placeFile, "utf8")) as Place);
  await phone.start();
  if (phone.snapshot.phone === null) throw new Stop(3, "this phone is not paired");
  return phone;
}

/** What the portal knows now; signs in again where the session ended. */
async function bringUpToDate(phone: Phone): Promise<void> {
  await phone.refresh();
  if (phone.snapshot.connection === "signed_out") {
    const signedIn = await phone.signIn();
    if (!signedIn.ok) throw new Stop(signedIn.error === "unreachable" ? 4 : 5, `signing in to the relay failed: ${signedIn.error}`);
  }
  if (phone.snapshot.connection !== "online") throw new Stop(4, "the relay cannot be reached");
}

async function pair(folder: string, link: string, caFile: string, label: string): Promise<object> {
  if (!URL.canParse(link)) throw usage("the link is not a link");
  const place = { origin: new URL(link).origin, ca: readFileSync(caFile, "utf8") };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const phone = openPhone(folder, place);
  await phone.start();
  const found = await phone.lookUpPairing(link);
  if (!found.ok) throw new Stop(found.error === "unreachable" ? 4 : 5, `pairing failed: ${found.error}`);
  const paired = await phone.completePairing(found.value, label, "ask");
  if (!paired.ok) throw new Stop(paired.error === "unreachable" ? 4 : 5, `pairing failed: ${paired.error}`);
  writeFileSync(join(folder, "place.json"), JSON.stringify(place), { mode: 0o600 });
  const { phoneId, state, team, technician, agreementKey } = paired.value;
  return { phone_id: phoneId, state, team: team.name, technician: technician.username, agreement_key: agreementKey };
}

function describe(request: ShownRequest): Record<string, unknown> {
  const { id, content, silent } = request;
  const expires_at = new Date(request.expiresAt).toISOString();
  if (content.kind === "unverifiable") return { id, verified: false, why: content.reason, silent, expires_at };
  const { tenant_name, device_name, account, service, terminal, remote_host, reason, ticket } = content.facts;
  const concern = content.concern?.kind ?? null;
  return { id, verified: true, concern, tenant_name, device_name, account, service, terminal, remote_host, reason, ticket, silent, expires_at };
}

async function waitForRequest(phone: Phone, id: string | null, seconds: number): Promise<ShownRequest> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    await bringUpToDate(phone);
    const found = phone.snapshot.requests.find((request) => request.state === "open" && (id === null || request.id === id));
    if (found !== undefined) return found;
    if (Date.now() >= end) throw new Stop(1, id === null ? "no request came" : "there is no such open request");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function answerFailed(error: AnswerError): Stop {
  if (error === "unreachable") return new Stop(4, "the relay cannot be reached");
  if (error === "answered_elsewhere") return new Stop(6, "it was answered already");
  return new Stop(5, `not answered: ${error}`);
}

async function answer(phone: Phone, decision: "approve" | "refuse" | "not_me", id: string | null, number: string, seconds: number): Promise<object> {
  if (decision === "approve" && !/^[1-9][0-9]$/.test(number)) throw usage("the number has two digits, 10 to 99");
  const request = await waitForRequest(phone, id, seconds);
  const answered = decision === "approve" ? await phone.approve(request.id, Number(number)) : await phone.decline(request.id, decision);
  if (!answered.ok) throw answerFailed(answered.error);
  return { ...describe(request), state: answered.value };
}

async function unlockFor(phone: Phone, name: string): Promise<RememberedWorkstation> {
  const workstation = phone.snapshot.workstations.find((known) => known.listed && known.name === name);
  if (workstation === undefined) throw new Stop(1, `no workstation called ${name} is remembered`);
  const unlocked = await phone.unlock();
  if (!unlocked.ok) throw new Stop(5, `unlocking failed: ${unlocked.error}`);
  return workstation;
}

async function answerQuestion(phone: Phone, name: string, question: string): Promise<object> {
  const workstation = await unlockFor(phone, name);
  const answered = await phone.answerQuestion(workstation.id, question);
  if (!answered.ok) throw answered.error === "not_a_question" ? usage("the question has eight digits") : new Stop(5, `no answer: ${answered.error}`);
  return { answer: answered.value.code, key_id: answered.value.keyId };
}

async function code(phone: Phone, name: string, fresh: boolean): Promise<object> {
  const workstation = await unlockFor(phone, name);
  for (;;) {
    const shown = await phone.readCode(workstation.id);
    const usedAlready = !shown.ok && shown.error === "used";
    if (!shown.ok && !usedAlready) throw new Stop(5, `no code: ${shown.error}`);
    if (shown.ok && !(fresh && shown.value.shownBefore)) {
      const { value } = shown;
      return { code: value.code, key_id: value.keyId, step: value.step, shown_before: value.shownBefore, ends_at: new Date(value.endsAt).toISOString() };
    }
    if (!fresh) throw new Stop(6, "this code was used; wait for the next");
    await new Promise((resolve) => setTimeout(resolve, 250));
    if (phone.snapshot.unlockedUntil === null) await phone.unlock();
  }
}

async function secret(phone: Phone, name: string): Promise<object> {
  await phone.refresh();
  const workstation = await unlockFor(phone, name);
  const shown = await phone.showSecret(workstation.id);
  if (shown.ok) return { otpauth_uri: shown.value.uri, key_id: shown.value.keyId };
  throw new Stop(shown.error === "shown_before" ? 6 : shown.error === "unreachable" ? 4 : 5, `no secret: ${shown.error}`);
}

async function run(): Promise<unknown> {
  const { values, positionals } = readArguments();
  const [verb, ...rest] = positionals;
  if (values.help || verb === undefined) return help;
  if (values.state === undefined) throw usage("--state is missing");
  const folder = values.state;
  const seconds = Number(values.wait);
  if (!Number.isFinite(seconds) || seconds < 0) throw usage("--wait is not a number of seconds");
  switch (verb) {
    case "pair": {
      const [link] = rest;
      if (link === undefined || values.ca === undefined) throw usage("pair needs a link and --ca");
      return pair(folder, link, values.ca, values.label);
    }
    case "list": {
      const phone = await openPaired(folder);
      await phone.refresh();
      const { workstations, asOf, connection } = phone.snapshot;
      const listed = workstations.filter((workstation) => workstation.listed);
      return {
        online: connection === "online",
        as_of: asOf === null ? null : new Date(asOf).toISOString(),
        workstations: listed.map(({ id, name, tenantName, account, connected, concern }) => ({
          id, name, tenant_name: tenantName, account, connected, concern: concern?.kind ?? null,
        })),
      };
    }
    case "requests": {
      const phone = await openPaired(folder);
      await bringUpToDate(phone);
      return phone.snapshot.requests.map(describe);
    }
    case "activity": {
      const phone = await openPaired(folder);
      await bringUpToDate(phone);
      const page = await phone.activity(null);
      if (!page.ok) throw new Stop(1, `no activity: ${page.error.kind}`);
      return page.value.events;
    }
    case "approve": {
      const [id, number] = values.next === undefined ? [rest[0] ?? null, rest[1] ?? ""] : [null, values.next];
      if (values.next === undefined && id === null) throw usage("approve needs a request and a number, or --next");
      return answer(await openPaired(folder), "approve", id, number, values.next === undefined ? 0 : seconds);
    }
    case "refuse":
    case "not-me": {
      const id = rest[0] ?? null;
      return answer(await openPaired(folder), verb === "refuse" ? "refuse" : "not_me", id, "", id === null ? seconds : 0);
    }
    case "code": {
      const [name] = rest;
      if (name === undefined) throw usage("code needs the name of a workstation");
      return code(await openPaired(folder), name, values.fresh);
    }
    case "secret": {
      const [name] = rest;
      if (name === undefined) throw usage("secret needs the name of a workstation");
      return secret(await openPaired(folder), name);
    }
    case "answer": {
      const [name, question] = rest;
      if (name === undefined || question === undefined) throw usage("answer needs the name of a workstation and its question");
      return answerQuestion(await openPaired(folder), name, question);
    }
    default:
      throw usage(`there is no verb ${verb}`);
  }
}

function print(value: unknown, json: boolean): void {
  if (typeof value === "string") process.stdout.write(value);
  else if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
  else console.log(value);
}

const wantsJson = process.argv.includes("--json");
try {
  print(await run(), wantsJson);
  process.exit(0);
} catch (error) {
  const status = error instanceof Stop ? error.status : 1;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(wantsJson ? `${JSON.stringify({ error: message, status })}\n` : `phone: ${message}\n`);
  process.exit(status);
}
