import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeAt, codeStep, deriveAgreementKey, importAgreementKey, keyId, ocraAnswer, offlineSecret } from "./agreement.ts";
import {
  readActivityPage, readAnswerState, readLiveMessage, readMe, readNonce, readOpenRequests, readPairedPhone, readPairingOffer, readPushKey,
  readPushMessage, readWorkstationList,
} from "./app_api.ts";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { utf8, type Bytes } from "./bytes.ts";
import { agreementProofChallenge, pairingChallenge, phoneAgreementInput, sessionChallenge, signInChallenge } from "./challenges.ts";
import { longestEnvelopeBody, readEnvelope, verifyEnvelope } from "./envelope.ts";
import { purposes, type Purpose } from "./hash.ts";
import type { Id } from "./identifiers.ts";
import { Reader } from "./reader.ts";
import { decodeSignInRequest } from "./sign_in_request.ts";
import { DecodeError } from "./strict_json.ts";
import { openTenantSecret, otpauthUri, tenantCodeAt, tenantKeyId } from "./tenant_code.ts";
import { parseTime } from "./time.ts";

// The files that C++ runs as well; their forms stand in protocol/vectors/README.md.

interface Computation {
  readonly computation: string;
  readonly input: Readonly<Record<string, string & number & Id<never>>>;
  readonly output: unknown;
}

interface Refused {
  readonly name: string;
  readonly text?: string;
  readonly bytes?: string;
  readonly repeat?: { readonly text: string; readonly times: number };
  readonly kind: string;
  readonly path: string;
}

interface MessageVectors {
  readonly accepted: readonly { readonly name: string; readonly text: string }[];
  readonly refused: readonly Refused[];
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../../vectors", name), "utf8")) as T;
}

function bytes(text: string | undefined): Bytes {
  const decoded = decodeBase64url(text ?? "");
  if (decoded === null) throw new Error("a vector is not base64url");
  return decoded;
}

function hmacKey(secret: string | undefined): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

type Runner = (input: Computation["input"], output: unknown) => Promise<unknown>;

const phoneOf = (input: Computation["input"]) => ({ team: input["team_id"], technician: input["technician_id"], serial: input["serial"] }) as never;

const secretName = (input: Computation["input"]) => ({ tenant: input["tenant_id"], secret: input["secret_id"] }) as never;

const runners: Readonly<Record<string, Runner>> = {
  sign_in_challenge: async (input) => encodeBase64url(await signInChallenge(utf8(input["request_body"] ?? ""), Number(input["number"]))),
  pair_challenge: async (input) => encodeBase64url(await pairingChallenge(input["pairing_id"] as never, input["technician_id"] as never, bytes(input["secret"]))),
  app_session_challenge: async (input) => encodeBase64url(await sessionChallenge(bytes(input["nonce"]))),
  agreement_key_challenge: async (input) => encodeBase64url(await agreementProofChallenge(phoneOf(input), bytes(input["agreement_key"]))),
  phone_agreement_prf_input: async (input) => encodeBase64url(await phoneAgreementInput(phoneOf(input))),
  // The private key cannot be exported here; the public one stands for it.
  phone_agreement_key: async (input, output) => {
    const key = await deriveAgreementKey(bytes(input["prf_output"]), phoneOf(input));
    return { ...(output as object), public_key: encodeBase64url(key.publicKey) };
  },
  offline_secrets: async (input) => {
    const own = await importAgreementKey(bytes(input["phone_private_key"]));
    expect(encodeBase64url(own.publicKey)).toBe(input["phone_public_key"]);
    const workstation = { tenant: input["tenant_id"] as never, agreementKey: bytes(input["device_public_key"]) };
    const secret = async (purpose: Purpose) => encodeBase64url(await offlineSecret(own, workstation, purpose));
    return { totp: await secret(purposes.offlineTotp), challenge: await secret(purposes.offlineChallenge) };
  },
  key_label: async (input) => `${input["device_name"]}·${await keyId(bytes(input["device_public_key"]), bytes(input["phone_public_key"]))}`,
  offline_code: async (input) => codeAt(await hmacKey(input["totp_secret"]), codeStep(Number(input["unix_seconds"]) * 1000)),
  challenge_answer: async (input) => ocraAnswer(await hmacKey(input["challenge_secret"]), input["question"] ?? ""),
  tenant_secret: async (input) => {
    const own = await importAgreementKey(bytes(input["private_key"]));
    const opened = await openTenantSecret(own, secretName(input), bytes(input["sealed"]));
    return opened === null ? null : encodeBase64url(opened);
  },
  tenant_key_id: async (input) => tenantKeyId(secretName(input)),
  tenant_code: async (input) => {
    const key = await crypto.subtle.importKey("raw", bytes(input["secret"]), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
    return tenantCodeAt(key, codeStep(Number(input["unix_seconds"]) * 1000));
  },
  otpauth_uri: async (input) => otpauthUri(input["team_name"] ?? "", input["tenant_name"] ?? "", secretName(input), bytes(input["secret"])),
  time: async (input) => parseTime(input["text"] ?? ""),
};

/** The phone never does these. */
const notOurs = new Set([
  "admin_session_challenge", "admin_register_challenge", "change_challenge", "roster_state_hash", "audit_event_hash", "log_leaf", "enrolment_secret_hash",
  "pairing_link", "enrolment_token", "local_minute_of_week",
]);

describe("computations.json", () => {
  const { cases } = load<{ cases: readonly Computation[] }>("computations.json");
  const phonePurposes: ReadonlySet<string> = new Set(Object.values(purposes));

  test("names nothing unknown", () => {
    const unknown = cases.map((one) => one.computation).filter((name) => !(name in runners) && !notOurs.has(name) && name !== "signature");
    expect(unknown).toEqual([]);
  });

  test.each(cases.filter((one) => one.computation in runners).map((one) => [one.computation, one] as const))("%s", async (name, one) => {
    expect(await runners[name]?.(one.input, one.output)).toEqual(one.output);
  });

  test.each(cases.filter((one) => one.computation === "signature" && phonePurposes.has(one.input["purpose"] ?? "")))("a signature for $input.purpose", async (one) => {
    const envelope = { body: utf8(one.input["body"] ?? ""), signature: bytes(one.output as string) };
    expect(await verifyEnvelope(envelope, one.input["purpose"] as never, bytes(one.input["public_key"]))).toBe(true);
    expect(await verifyEnvelope(envelope, purposes.signIn, bytes(one.input["public_key"]))).toBe(false);
  });
});

const decoders: Readonly<Record<string, (text: string | Bytes) => unknown>> = {
  "messages/sign_in_request.json": (text) => decodeSignInRequest(typeof text === "string" ? utf8(text) : text),
  "messages/envelope.json": (text) => readEnvelope(Reader.parse(text, (longestEnvelopeBody * 4) / 3 + 256)),
};

describe.each(Object.entries(decoders))("%s", (name, decode) => {
  const { accepted, refused } = load<MessageVectors>(name);

  test.each(accepted)("accepted: $name", ({ text }) => {
    expect(() => decode(text)).not.toThrow();
  });

  test.each(refused)("refused: $name", (one) => {
    const text = one.repeat === undefined ? (one.text ?? bytes(one.bytes)) : one.repeat.text.repeat(one.repeat.times);
    let error: unknown = null;
    try {
      decode(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DecodeError);
    if (error instanceof DecodeError) expect({ kind: error.kind, path: error.path }).toEqual({ kind: one.kind, path: one.path });
  });
});

const responses: Readonly<Record<string, (reader: Reader) => unknown>> = {
  pairing_offer: readPairingOffer,
  pairing_result: readPairedPhone,
  session_nonce: readNonce,
  phone_owner: readMe,
  workstation_list: readWorkstationList,
  no_workstations: readWorkstationList,
  open_sign_in_requests: readOpenRequests,
  sign_in_answer_result: readAnswerState,
  live_sign_in_request: readLiveMessage,
  live_sign_in_closed: readLiveMessage,
  live_workstations_changed: readLiveMessage,
  push_key: readPushKey,
  activity_page: readActivityPage,
  push_payload: readPushMessage,
};

/** What the relay writes, the app reads, and not with one member more or less. */
describe("responses.json", () => {
  const { cases } = load<{ cases: readonly { name: string; text: string }[] }>("responses.json");

  test.each(cases)("$name", ({ name, text }) => {
    const read = responses[name];
    if (read === undefined) throw new Error(`nothing reads ${name}`);
    expect(() => read(Reader.parse(text, 64 * 1024))).not.toThrow();
    expect(() => read(Reader.parse(text.replace("{", '{"extra":1,'), 64 * 1024))).toThrow("unknown_member at /extra");
  });

  test("none is missing", () => {
    expect(cases.map((one) => one.name).toSorted()).toEqual(Object.keys(responses).toSorted());
  });
});
