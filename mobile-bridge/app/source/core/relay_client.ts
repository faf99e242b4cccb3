import {
  DecodeError, Reader, encodeBase64url, failure, formatTime, readActivityPage, readAnswerState, readMe, readNonce, readOpenRequests,
  readPairedPhone, readPairingOffer, readPushKey, readWorkstationList, success,
  type ActivityPage, type Bytes, type Decision, type Me, type OpenRequest, type PairedPhone, type PairingOffer, type RequestId,
  type Result, type TenantId, type TenantSecretId, type WorkstationList,
} from "@doorward/protocol";
import type { Assertion, Registration, Transport } from "./ports.ts";
import type { QueuedReading } from "./records.ts";

/** `problem` is the last part of the RFC 9457 type, or empty where the answer has none. */
export type RelayError =
  | { readonly kind: "unreachable" | "signed_out" | "malformed" }
  | { readonly kind: "refused"; readonly status: number; readonly problem: string };

const answerLimit = 8 * 1024 * 1024;
const problemPrefix = "urn:doorward:problem:";

export interface PairingCompletion {
  readonly secret: Bytes;
  readonly registration: Registration;
  readonly agreementKey: Bytes;
  readonly proof: Assertion;
  readonly prf: boolean;
  readonly label: string;
}

/** `/app/v1` of WIRE.md section 7. */
export class RelayClient {
  readonly #transport: Transport;
  readonly #heardDate: (date: number) => void;

  constructor(transport: Transport, heardDate: (date: number) => void) {
    this.#transport = transport;
    this.#heardDate = heardDate;
  }

  lookUpPairing(secret: Bytes): Promise<Result<PairingOffer, RelayError>> {
    return this.#call("POST", "/pairings/look-up", { secret: encodeBase64url(secret) }, readPairingOffer);
  }

  completePairing(completion: PairingCompletion): Promise<Result<PairedPhone, RelayError>> {
    const { registration } = completion;
    const body = {
      secret: encodeBase64url(completion.secret),
      registration: {
        credential_id: encodeBase64url(registration.credentialId),
        client_data_json: encodeBase64url(registration.clientDataJson),
        attestation_object: encodeBase64url(registration.attestationObject),
      },
      agreement_key: encodeBase64url(completion.agreementKey),
      proof: encodeAssertion(completion.proof),
      prf: completion.prf,
      label: completion.label,
    };
    return this.#call("POST", "/pairings/complete", body, readPairedPhone);
  }

  sessionNonce(): Promise<Result<Bytes, RelayError>> {
    return this.#call("POST", "/sessions/nonce", {}, readNonce);
  }

  openSession(nonce: Bytes, assertion: Assertion): Promise<Result<void, RelayError>> {
    return this.#call("POST", "/sessions", { nonce: encodeBase64url(nonce), assertion: encodeAssertion(assertion) }, null);
  }

  closeSession(): Promise<Result<void, RelayError>> {
    return this.#call("DELETE", "/sessions/current", null, null);
  }

  me(): Promise<Result<Me, RelayError>> {
    return this.#call("GET", "/me", null, readMe);
  }

  workstations(): Promise<Result<WorkstationList, RelayError>> {
    return this.#call("GET", "/workstations", null, readWorkstationList);
  }

  noteSecretShown(tenant: TenantId, secret: TenantSecretId): Promise<Result<void, RelayError>> {
    return this.#call("POST", `/tenants/${tenant}/secrets/${secret}/readings`, {}, null);
  }

  openRequests(): Promise<Result<readonly OpenRequest[], RelayError>> {
    return this.#call("GET", "/sign-in-requests", null, readOpenRequests);
  }

  answerRequest(id: RequestId, decision: Decision, assertion: Assertion | null): Promise<Result<string, RelayError>> {
    const body = { decision, assertion: assertion === null ? null : encodeAssertion(assertion) };
    return this.#call("POST", `/sign-in-requests/${id}/answer`, body, readAnswerState);
  }

  pushKey(): Promise<Result<Bytes, RelayError>> {
    return this.#call("GET", "/push-key", null, readPushKey);
  }

  subscribePush(endpoint: string, p256dh: Bytes, auth: Bytes): Promise<Result<void, RelayError>> {
    const body = { endpoint, p256dh: encodeBase64url(p256dh), auth: encodeBase64url(auth) };
    return this.#call("PUT", "/push-subscription", body, null);
  }

  unsubscribePush(): Promise<Result<void, RelayError>> {
    return this.#call("DELETE", "/push-subscription", null, null);
  }

  uploadReadings(readings: readonly QueuedReading[]): Promise<Result<void, RelayError>> {
    const events = readings.map((reading) => ({
      id: reading.id, kind: "code_read", device_id: reading.deviceId, step: reading.step, at: formatTime(reading.at),
    }));
    return this.#call("POST", "/activity", { events }, null);
  }

  activity(after: string | null): Promise<Result<ActivityPage, RelayError>> {
    const path = after === null ? "/activity" : `/activity?after=${encodeURIComponent(after)}`;
    return this.#call("GET", path, null, readActivityPage);
  }

  #call(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body: object | null, read: null): Promise<Result<void, RelayError>>;
  #call<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body: object | null, read: (reader: Reader) => T): Promise<Result<T, RelayError>>;
  async #call<T>(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body: object | null,
    read: ((reader: Reader) => T) | null,
  ): Promise<Result<T | void, RelayError>> {
    const answer = await this.#transport.send(method, `/app/v1${path}`, body === null ? null : JSON.stringify(body));
    if (answer === null) return failure({ kind: "unreachable" });
    if (answer.date !== null) this.#heardDate(answer.date);
    if (answer.status === 401) return failure({ kind: "signed_out" });
    if (answer.status >= 502 && answer.status <= 504) return failure({ kind: "unreachable" });
    if (answer.status < 200 || answer.status >= 300) {
      return failure({ kind: "refused", status: answer.status, problem: readProblem(answer.text) });
    }
    if (read === null) return success(undefined);
    try {
      return success(read(Reader.parse(answer.text, answerLimit)));
    } catch (error) {
      if (error instanceof DecodeError) return failure({ kind: "malformed" });
      throw error;
    }
  }
}

function encodeAssertion(assertion: Assertion): Record<string, string> {
  return {
    credential_id: encodeBase64url(assertion.credentialId),
    authenticator_data: encodeBase64url(assertion.authenticatorData),
    client_data_json: encodeBase64url(assertion.clientDataJson),
    signature: encodeBase64url(assertion.signature),
  };
}

function readProblem(text: string): string {
  try {
    const type = Reader.parse(text, 64 * 1024).member("type")?.text() ?? "";
    return type.startsWith(problemPrefix) ? type.slice(problemPrefix.length) : "";
  } catch (error) {
    if (error instanceof DecodeError) return "";
    throw error;
  }
}
