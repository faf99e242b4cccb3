import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, verify, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import {
  agreementProofChallenge, concat, decodeBase64url, encodeBase64url, equal, formatTime, newId, pairingChallenge, purposes, sessionChallenge,
  signInChallenge, utf8, withPurpose,
  type Bytes, type DeviceId, type PairingId, type RequestId, type TeamId, type TechnicianId, type TenantId, type TenantSecretId,
} from "@doorward/protocol";
import { WebSocketServer, type WebSocket } from "ws";
import { sealedFor } from "./workstation_codes.ts";

// The relay of WIRE.md section 7 for tests of the app: one technician, everything in memory. It checks what the app
// sends as the portal would, and can be told to misbehave.

const contentSecurityPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "manifest-src 'self'",
  "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join("; ");

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

export interface FakeWorkstation {
  readonly id: DeviceId;
  name: string;
  readonly tenantId: TenantId;
  readonly tenantName: string;
  signing: { privateKey: KeyObject; publicKey: KeyObject };
  agreement: { privateKey: KeyObject; publicKey: KeyObject };
  connected: boolean;
  codeScheme: "per_machine" | "per_tenant";
}

export interface FakePhone {
  readonly id: string;
  readonly credentialId: string;
  readonly publicKey: KeyObject;
  readonly agreementKey: Bytes;
  readonly label: string;
  readonly prf: boolean;
  state: "active" | "waiting_for_acceptance";
}

interface FakeRequest {
  readonly id: RequestId;
  readonly number: number;
  readonly body: Bytes;
  readonly listed: Record<string, unknown>;
  answer: { decision: string; numberMatches: boolean } | null;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly cookie?: string;
}

export interface RequestFacts {
  readonly account?: string;
  readonly service?: string;
  readonly remoteHost?: string;
  readonly reason?: string;
  readonly deviceName?: string;
  readonly signedBy?: KeyObject;
  readonly lifetime?: number;
}

export class FakeRelay {
  readonly team = { id: newId<"team">(Date.now()) as TeamId, name: "Northwind IT" };
  readonly technician = { id: newId<"technician">(Date.now()) as TechnicianId, name: "Nik Sommer", username: "nik", email: "nik@example.com" };
  readonly workstations: FakeWorkstation[] = [];
  readonly requests = new Map<RequestId, FakeRequest>();
  /** A customer's secrets for codes, the one in use first. */
  readonly tenantSecrets: { readonly tenantId: TenantId; readonly id: TenantSecretId; readonly secret: Bytes; endsAt: number | null }[] = [];
  readonly secretShown = new Set<string>();
  readonly readings: { id: string; device_id: string; step: number }[] = [];
  phone: FakePhone | null = null;
  reachable = true;
  /** The next completed pairing succeeds, and its answer gets lost. */
  losesAnswer = false;
  acceptsAlone = true;
  /** The list of open requests is asked for and not answered until this is over. */
  holdsRequests: Promise<void> | null = null;
  port = 0;
  readonly #server: Server;
  readonly #sockets = new Set<WebSocket>();
  readonly #pairings = new Map<string, { id: PairingId; used: boolean; expiresAt: number }>();
  readonly #nonces = new Map<string, Bytes>();
  readonly #sessions = new Set<string>();
  readonly #folder: string | null;

  /** `folder` holds the built app; null serves the interface alone. */
  constructor(certificate: { key: string; cert: string }, folder: string | null) {
    this.#folder = folder;
    this.#server = createServer(certificate, (request, response) => void this.#serve(request, response));
    const live = new WebSocketServer({ noServer: true });
    this.#server.on("upgrade", (request, socket, head) => {
      if (!this.reachable || request.url !== "/app/v1/live" || !this.#signedIn(request)) {
        socket.destroy();
        return;
      }
      live.handleUpgrade(request, socket, head, (connection) => {
        this.#sockets.add(connection);
        connection.on("close", () => this.#sockets.delete(connection));
      });
    });
  }

  get origin(): string {
    return `https://app.localhost:${this.port}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  cutLive(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  get liveSockets(): number {
    return this.#sockets.size;
  }

  endSessions(): void {
    this.#sessions.clear();
  }

  pairingLink(lifetime = 900_000): string {
    const secret = encodeBase64url(randomBytes(32));
    this.#pairings.set(secret, { id: newId(Date.now()), used: false, expiresAt: Date.now() + lifetime });
    return `${this.origin}/pair#${secret}`;
  }

  addWorkstation(name: string, tenantName: string, connected = true): FakeWorkstation {
    const neighbour = this.workstations.find((workstation) => workstation.tenantName === tenantName);
    const workstation: FakeWorkstation = {
      id: newId(Date.now()),
      name,
      tenantId: neighbour?.tenantId ?? newId(Date.now()),
      tenantName,
      signing: generateKeyPairSync("ed25519"),
      agreement: generateKeyPairSync("x25519"),
      connected,
      codeScheme: "per_machine",
    };
    this.workstations.push(workstation);
    return workstation;
  }

  /** The one before stays until `oldUntil`, or goes. */
  giveTenantSecret(tenantId: TenantId, oldUntil: number | null = null): Bytes {
    const secret = new Uint8Array(randomBytes(20));
    const old = this.tenantSecrets.filter((known) => known.tenantId === tenantId && oldUntil !== null).map((known) => ({ ...known, endsAt: oldUntil }));
    this.tenantSecrets.splice(0, this.tenantSecrets.length, { tenantId, id: newId<"tenant_secret">(Date.now()), secret, endsAt: null }, ...old);
    return secret;
  }

  announceWorkstations(): void {
    this.#announce({ type: "workstations_changed" });
  }

  requestSignIn(workstation: FakeWorkstation, facts: RequestFacts = {}): FakeRequest {
    const id = newId<"request">(Date.now()) as RequestId;
    const issuedAt = Date.now();
    const expiresAt = issuedAt + (facts.lifetime ?? 60_000);
    const body = utf8(JSON.stringify({
      version: 1,
      id,
      team_id: this.team.id,
      tenant_id: workstation.tenantId,
      device_id: workstation.id,
      technician_id: this.technician.id,
      tenant_name: workstation.tenantName,
      device_name: facts.deviceName ?? workstation.name,
      account: facts.account ?? "msp-nik",
      service: facts.service ?? "sshd",
      terminal: "ssh",
      remote_host: facts.remoteHost ?? "192.0.2.7",
      reason: facts.reason ?? null,
      ticket: null,
      nonce: encodeBase64url(randomBytes(16)),
      issued_at: issuedAt,
      expires_at: expiresAt,
    }));
    const signature = sign(null, withPurpose(purposes.signInRequest, body), facts.signedBy ?? workstation.signing.privateKey);
    const envelope = { body: encodeBase64url(body), signature: encodeBase64url(signature) };
    const listed = { id, envelope, device_id: workstation.id, created_at: formatTime(issuedAt), expires_at: formatTime(expiresAt), silent: false };
    const request: FakeRequest = { id, number: 10 + (randomBytes(1)[0] ?? 0) % 90, body, listed, answer: null };
    this.requests.set(id, request);
    this.#announce({ type: "sign_in_request", request: listed });
    return request;
  }

  cancel(request: FakeRequest): void {
    this.requests.delete(request.id);
    this.#announce({ type: "sign_in_closed", id: request.id, state: "expired" });
  }

  accept(): void {
    if (this.phone !== null) this.phone.state = "active";
  }

  /** An administrator rejects the waiting phone: it is unknown from then on. */
  reject(): void {
    this.phone = null;
    this.endSessions();
  }

  #announce(message: unknown): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(message));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.reachable) {
      request.socket.destroy();
      return;
    }
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (request.method !== "GET" && request.headers["content-type"] !== "application/json") {
      response.writeHead(403).end();
      return;
    }
    if (!path.startsWith("/app/v1/")) {
      this.#serveFile(path, response);
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body: unknown = parts.length === 0 ? null : JSON.parse(Buffer.concat(parts).toString("utf8"));
    const answer = await this.#answer(`${request.method} ${path.slice("/app/v1".length)}`, body as Record<string, never>, request);
    if (this.losesAnswer && path.endsWith("/complete")) {
      this.losesAnswer = false;
      request.socket.destroy();
      return;
    }
    const headers: Record<string, string> = { "Cache-Control": "no-store" };
    if (answer.cookie !== undefined) headers["Set-Cookie"] = `__Host-doorward-app=${answer.cookie}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=7776000`;
    if (answer.body !== undefined) headers["Content-Type"] = answer.status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(answer.status, headers).end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  #serveFile(path: string, response: ServerResponse): void {
    if (this.#folder === null) {
      response.writeHead(404).end();
      return;
    }
    const wanted = join(this.#folder, normalize(path === "/" || path === "/pair" ? "/index.html" : path));
    if (!wanted.startsWith(this.#folder) || !existsSync(wanted)) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, {
        "Content-Type": contentTypes[extname(wanted)] ?? "application/octet-stream",
        "Content-Security-Policy": contentSecurityPolicy,
        "Cache-Control": "no-cache",
      })
      .end(readFileSync(wanted));
  }

  #signedIn(request: IncomingMessage): boolean {
    return [...this.#sessions].some((session) => (request.headers.cookie ?? "").includes(`__Host-doorward-app=${session}`));
  }

  async #answer(route: string, body: Record<string, never>, request: IncomingMessage): Promise<Answer> {
    if (route === "POST /pairings/look-up") return this.#lookUp(String(body["secret"]));
    if (route === "POST /pairings/complete") return this.#complete(body);
    if (route === "POST /sessions/nonce") return this.#nonce();
    if (route === "POST /sessions") return this.#openSession(body);
    if (!this.#signedIn(request) || this.phone === null) return problem(401, "signed_out");
    const answering = /^POST \/sign-in-requests\/([0-9a-f-]+)\/answer$/.exec(route);
    if (answering !== null) return this.#answerRequest(answering[1] as RequestId, body);
    switch (route) {
      case "DELETE /sessions/current":
        this.#sessions.clear();
        return { status: 204 };
      case "GET /me":
        return { status: 200, body: this.#me(this.phone) };
      case "GET /workstations":
        return { status: 200, body: { as_of: formatTime(Date.now()), workstations: this.workstations.map(listWorkstation), tenant_codes: this.#tenantCodes() } };
      case `POST /tenants/${this.tenantSecrets[0]?.tenantId}/secrets/${this.tenantSecrets[0]?.id}/readings`:
        if (this.secretShown.has(this.tenantSecrets[0]?.id ?? "")) return problem(409, "conflict");
        this.secretShown.add(this.tenantSecrets[0]?.id ?? "");
        return { status: 204 };
      case "GET /sign-in-requests":
        await this.holdsRequests;
        return { status: 200, body: { requests: [...this.requests.values()].filter((open) => open.answer === null).map((open) => open.listed) } };
      case "POST /activity":
        for (const reading of body["events"] as unknown as { id: string; device_id: string; step: number }[]) {
          if (!this.readings.some((known) => known.id === reading.id)) this.readings.push(reading);
        }
        return { status: 204 };
      case "GET /activity":
        return { status: 200, body: { events: this.#activity(), next: null } };
      case "GET /push-key":
        return { status: 200, body: { public_key: encodeBase64url(randomBytes(65)) } };
      case "PUT /push-subscription":
      case "DELETE /push-subscription":
        return { status: 204 };
      default:
        return problem(404, "not_found");
    }
  }

  #lookUp(secret: string): Answer {
    const pairing = this.#pairings.get(secret);
    if (pairing === undefined || pairing.used || pairing.expiresAt < Date.now()) return problem(404, "not_found");
    const { id, name, username } = this.technician;
    return {
      status: 200,
      body: {
        pairing_id: pairing.id,
        team: this.team,
        technician: { id, name, username },
        rp_id: "app.localhost",
        serial: 1,
        expires_at: formatTime(pairing.expiresAt),
        replaces_phone: false,
      },
    };
  }

  async #complete(body: Record<string, never>): Promise<Answer> {
    const secret = String(body["secret"]);
    const pairing = this.#pairings.get(secret);
    if (pairing === undefined || pairing.used) return problem(404, "not_found");
    const registration = body["registration"] as unknown as Record<string, string>;
    const client = readClientData(registration["client_data_json"] ?? "");
    const expected = await pairingChallenge(pairing.id, this.technician.id, bytes(secret));
    if (client.type !== "webauthn.create" || client.origin !== this.origin || client.challenge !== encodeBase64url(expected)) {
      return problem(422, "registration_refused");
    }
    const publicKey = readAttestedKey(bytes(registration["attestation_object"] ?? ""));
    const agreementKey = bytes(String(body["agreement_key"]));
    const identity = { team: this.team.id, technician: this.technician.id, serial: 1 };
    const proof = body["proof"] as unknown as Record<string, string>;
    if (!this.#assertionHolds(proof, await agreementProofChallenge(identity, agreementKey), publicKey)) return problem(422, "proof_refused");
    pairing.used = true;
    this.phone = {
      id: newId(Date.now()),
      credentialId: registration["credential_id"] ?? "",
      publicKey,
      agreementKey,
      label: String(body["label"]),
      prf: Boolean(body["prf"]),
      state: this.acceptsAlone ? "active" : "waiting_for_acceptance",
    };
    return { status: 201, body: { phone_id: this.phone.id, state: this.phone.state }, cookie: this.#newSession() };
  }

  #nonce(): Answer {
    const nonce = new Uint8Array(randomBytes(32));
    this.#nonces.set(encodeBase64url(nonce), nonce);
    return { status: 200, body: { nonce: encodeBase64url(nonce) } };
  }

  async #openSession(body: Record<string, never>): Promise<Answer> {
    const nonce = this.#nonces.get(String(body["nonce"]));
    this.#nonces.delete(String(body["nonce"]));
    const assertion = body["assertion"] as unknown as Record<string, string>;
    if (nonce === undefined || this.phone === null || !this.#assertionHolds(assertion, await sessionChallenge(nonce), this.phone.publicKey)) {
      return problem(403, "refused");
    }
    return { status: 201, cookie: this.#newSession() };
  }

  async #answerRequest(id: RequestId, body: Record<string, never>): Promise<Answer> {
    const request = this.requests.get(id);
    if (request === undefined || this.phone === null) return problem(404, "not_found");
    if (request.answer !== null) return problem(409, "already_answered");
    const decision = String(body["decision"]);
    const assertion = body["assertion"] as unknown as Record<string, string> | null;
    if (decision !== "approve") {
      request.answer = { decision, numberMatches: false };
      return { status: 200, body: { state: decision === "refuse" ? "refused" : "not_me" } };
    }
    if (assertion === null) return problem(422, "assertion_missing");
    const numbers = Array.from({ length: 90 }, (_, index) => index + 10);
    for (const number of numbers) {
      if (this.#assertionHolds(assertion, await signInChallenge(request.body, number), this.phone.publicKey)) {
        request.answer = { decision, numberMatches: number === request.number };
        return { status: 200, body: { state: "approved" } };
      }
    }
    return problem(422, "assertion_refused");
  }

  #assertionHolds(assertion: Record<string, string>, challenge: Bytes, publicKey: KeyObject): boolean {
    const clientBytes = bytes(assertion["client_data_json"] ?? "");
    const client = readClientData(assertion["client_data_json"] ?? "");
    const data = bytes(assertion["authenticator_data"] ?? "");
    const rpIdHash = createHash("sha256").update("app.localhost").digest();
    const fits = client.type === "webauthn.get" && client.origin === this.origin && client.challenge === encodeBase64url(challenge);
    const verified = ((data[32] ?? 0) & 0x05) === 0x05 && equal(data.subarray(0, 32), rpIdHash);
    const signed = concat(data, createHash("sha256").update(clientBytes).digest());
    return fits && verified && verify("sha256", signed, publicKey, bytes(assertion["signature"] ?? ""));
  }

  #newSession(): string {
    const session = randomBytes(32).toString("base64url");
    this.#sessions.add(session);
    return session;
  }

  #me(phone: FakePhone): unknown {
    const { id, credentialId, label, state } = phone;
    const strength = phone.prf ? "device_bound" : "without_prf";
    return { technician: this.technician, team: this.team, phone: { id, serial: 1, credential_id: credentialId, label, strength, state }, rp_id: "app.localhost" };
  }

  #tenantCodes(): unknown[] {
    const phoneKey = this.phone?.agreementKey;
    if (phoneKey === undefined) return [];
    return [...new Set(this.tenantSecrets.map((secret) => secret.tenantId))].map((tenantId) => ({
      tenant_id: tenantId,
      secrets: this.tenantSecrets
        .filter((secret) => secret.tenantId === tenantId)
        .map(({ id, secret, endsAt }) => ({
          id, ends_at: endsAt === null ? null : formatTime(endsAt), sealed: encodeBase64url(sealedFor(phoneKey, { tenant: tenantId, secret: id }, secret)),
        })),
    }));
  }

  #activity(): unknown[] {
    const workstation = this.workstations[0];
    if (workstation === undefined) return [];
    const event = (kind: string, outcome: string, minutesAgo: number) => ({
      id: newId(Date.now()), kind, outcome, device_id: workstation.id, device_name: workstation.name, tenant_name: workstation.tenantName,
      at: formatTime(Date.now() - minutesAgo * 60_000),
    });
    return [event("sign_in_online", "success", 4), event("code_read", "noted", 95), event("sign_in_online", "refused", 1500)];
  }
}

function listWorkstation(workstation: FakeWorkstation): unknown {
  return {
    id: workstation.id,
    name: workstation.name,
    tenant_id: workstation.tenantId,
    tenant_name: workstation.tenantName,
    account: "msp-nik",
    signing_key: encodeBase64url(rawPublic(workstation.signing.publicKey)),
    agreement_key: encodeBase64url(rawPublic(workstation.agreement.publicKey)),
    code_scheme: workstation.codeScheme,
    connected: workstation.connected,
    offline_until: formatTime(Date.now() + 12 * 86_400_000),
  };
}

export function rawPublic(key: KeyObject): Bytes {
  return new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(-32));
}

function problem(status: number, word: string): Answer {
  return { status, body: { type: `urn:doorward:problem:${word}`, title: word, status } };
}

function bytes(text: string): Bytes {
  const decoded = decodeBase64url(text);
  if (decoded === null) throw new Error("not canonical base64url");
  return decoded;
}

function readClientData(text: string): { type: string; challenge: string; origin: string } {
  return JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as { type: string; challenge: string; origin: string };
}

/** Finds the ES256 key in an attestation object by the fixed head of its COSE form. */
function readAttestedKey(attestation: Bytes): KeyObject {
  const object = Buffer.from(attestation);
  const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
  const start = object.indexOf(head) + head.length;
  const x = object.subarray(start, start + 32).toString("base64url");
  const y = object.subarray(start + 35, start + 67).toString("base64url");
  return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
}
