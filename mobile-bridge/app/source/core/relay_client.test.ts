import { readFileSync } from "node:fs";
import { join } from "node:path";
import { newId, readLiveMessage, Reader, type RequestId } from "@doorward/protocol";
import { expect, test } from "vitest";
import type { Assertion, RelayAnswer, Transport } from "./ports.ts";
import { RelayClient } from "./relay_client.ts";

const vectors = join(import.meta.dirname, "../../../../protocol/vectors/messages");

class RecordingTransport implements Transport {
  readonly hostName = "app.localhost";
  sent: { method: string; path: string; body: string | null } | null = null;
  answer: RelayAnswer | null = { status: 204, date: null, text: "" };

  async send(method: string, path: string, body: string | null): Promise<RelayAnswer | null> {
    this.sent = { method, path, body };
    return this.answer;
  }

  openLive(): () => void {
    return () => undefined;
  }
}

const assertion: Assertion = {
  credentialId: new Uint8Array(16), authenticatorData: new Uint8Array(37), clientDataJson: new Uint8Array(20), signature: new Uint8Array(70), prfOutput: null,
};
const registration = {
  credentialId: new Uint8Array(16), clientDataJson: new Uint8Array(20), attestationObject: new Uint8Array(200), backupEligible: false, prfEnabled: true, prfOutput: null,
};

/** Member names and kinds of values, all the way down. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (value === null || typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).toSorted().map(([name, member]) => [name, shape(member)]));
}

function accepted(message: string): unknown {
  const file = JSON.parse(readFileSync(join(vectors, `${message}.json`), "utf8")) as { accepted: readonly { text: string }[] };
  return JSON.parse(file.accepted[0]?.text ?? "null");
}

const calls: readonly (readonly [string, (client: RelayClient) => Promise<unknown>])[] = [
  ["pairing_look_up", (client) => client.lookUpPairing(new Uint8Array(32))],
  ["pairing_complete", (client) =>
    client.completePairing({ secret: new Uint8Array(32), registration, agreementKey: new Uint8Array(32), proof: assertion, prf: true, label: "Phone" })],
  ["open_app_session", (client) => client.openSession(new Uint8Array(32), assertion)],
  ["sign_in_answer", (client) => client.answerRequest(newId<"request">(0) as RequestId, "approve", assertion)],
  ["push_subscription", (client) => client.subscribePush("https://push.example.com/a", new Uint8Array(65), new Uint8Array(16))],
  ["activity_report", (client) => client.uploadReadings([{ id: newId(0), deviceId: newId(0), step: 1, at: 0 }])],
];

test.each(calls)("the body of %s is what the relay decodes", async (message, call) => {
  const transport = new RecordingTransport();
  await call(new RelayClient(transport, () => undefined));
  expect(shape(JSON.parse(transport.sent?.body ?? "null"))).toEqual(shape(accepted(message)));
});

test("what went wrong is told apart", async () => {
  const transport = new RecordingTransport();
  const client = new RelayClient(transport, () => undefined);
  const outcome = async (answer: RelayAnswer | null) => {
    transport.answer = answer;
    const called = await client.me();
    return called.ok ? "ok" : called.error;
  };
  const problem = JSON.stringify({ type: "urn:doorward:problem:phone_waiting", title: "x", status: 403 });
  expect(await outcome(null)).toEqual({ kind: "unreachable" });
  expect(await outcome({ status: 503, date: null, text: "" })).toEqual({ kind: "unreachable" });
  expect(await outcome({ status: 401, date: null, text: "" })).toEqual({ kind: "signed_out" });
  expect(await outcome({ status: 403, date: null, text: problem })).toEqual({ kind: "refused", status: 403, problem: "phone_waiting" });
  expect(await outcome({ status: 500, date: null, text: "<html>" })).toEqual({ kind: "refused", status: 500, problem: "" });
  expect(await outcome({ status: 200, date: null, text: '{"technician":{}}' })).toEqual({ kind: "malformed" });
});

test("a live message of unknown type or with too much in it is refused", () => {
  expect(readLiveMessage(Reader.parse('{"type":"workstations_changed"}', 100))).toEqual({ type: "workstations_changed" });
  expect(() => readLiveMessage(Reader.parse('{"type":"reboot"}', 100))).toThrow("bad_value at /type");
  expect(() => readLiveMessage(Reader.parse('{"type":"workstations_changed","x":1}', 100))).toThrow("unknown_member at /x");
  expect(() => readLiveMessage(Reader.parse("{}", 100))).toThrow("missing_member");
});
