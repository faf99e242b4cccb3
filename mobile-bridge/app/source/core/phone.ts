import {
  codeStep, decodeBase64url, encodeBase64url, failure, sessionChallenge, signInChallenge, success,
  type ActivityPage, type AgreementKey, type Decision, type DeviceId, type LiveMessage, type Me, type OpenRequest, type RequestId,
  type Result,
} from "@doorward/protocol";
import { KeyVault, type UnlockError } from "./key_vault.ts";
import { LiveChannel } from "./live_channel.ts";
import { OfflineCodes, authenticatorEntry, type AuthenticatorEntry, type CodeError, type QuestionError, type ShownAnswer, type ShownCode } from "./offline_codes.ts";
import { Pairing, readPairingLink, type PairingError, type WithoutPrf } from "./pairing.ts";
import type { AuthenticatorError, Surroundings } from "./ports.ts";
import type { PhoneRecord, Preferences, RememberedWorkstation, WorkstationBook } from "./records.ts";
import { RelayClient, type RelayError } from "./relay_client.ts";
import { openContent, type ShownRequest } from "./request_inbox.ts";
import { confirmConcern, mergeList } from "./workstation_book.ts";

export type Connection = "connecting" | "online" | "offline" | "signed_out";

export interface PhoneSnapshot {
  readonly started: boolean;
  readonly phone: PhoneRecord | null;
  readonly preferences: Preferences;
  readonly connection: Connection;
  readonly asOf: number | null;
  readonly workstations: readonly RememberedWorkstation[];
  readonly requests: readonly ShownRequest[];
  readonly unlockedUntil: number | null;
  /** Portal's clock minus the phone's; null before the portal was heard. */
  readonly clockOffset: number | null;
}

export type AnswerError = AuthenticatorError | "not_approvable" | "expired" | "answered_elsewhere" | "unreachable" | "signed_out" | "portal_refused";
export type SessionError = AuthenticatorError | "unreachable" | "phone_unknown";
export type SecretError = "locked" | "no_secret" | "unreachable" | "shown_before" | "refused";
export interface PushSubscriptionKeys {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

const closedStaysFor = 4_000;
/** The portal's Date header counts whole seconds; a smaller difference says nothing. */
const dateResolution = 2_000;

/** The phone as a whole: what the screens show, and what a person can do. */
export class Phone {
  readonly #surroundings: Surroundings;
  readonly #client: RelayClient;
  readonly #vault: KeyVault;
  readonly #codes: OfflineCodes;
  readonly #live: LiveChannel;
  readonly #listeners = new Set<() => void>();
  #openRequests = new Map<RequestId, OpenRequest>();
  #snapshot: PhoneSnapshot = {
    started: false,
    phone: null,
    preferences: { language: null, push: false, pushDeclined: false },
    connection: "connecting",
    asOf: null,
    workstations: [],
    requests: [],
    unlockedUntil: null,
    clockOffset: null,
  };

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#client = new RelayClient(surroundings.transport, (date) => this.#show({ clockOffset: date - surroundings.clock.now() }));
    this.#vault = new KeyVault(surroundings, () => this.#show({ unlockedUntil: this.#vault.unlockedUntil }));
    this.#codes = new OfflineCodes(surroundings);
    this.#live = new LiveChannel(surroundings.transport, {
      connected: () => void this.refresh(),
      disconnected: () => void this.refresh(),
      received: (message) => void this.#receive(message),
    });
  }

  get snapshot(): PhoneSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From what is remembered; asks nobody. */
  async start(): Promise<void> {
    const { store } = this.#surroundings;
    const [phone, book, preferences] = await Promise.all([store.read("phone"), store.read("workstations"), store.read("preferences")]);
    this.#show({
      started: true,
      phone,
      preferences: preferences ?? this.#snapshot.preferences,
      asOf: book?.asOf ?? null,
      workstations: book?.workstations ?? [],
    });
  }

  /** Live while the app is on the screen. */
  watch(): void {
    if (this.#snapshot.phone === null) return;
    this.#live.start();
    void this.refresh();
  }

  unwatch(): void {
    this.#live.stop();
    this.lock();
  }

  async lookUpPairing(link: string): Promise<Result<Pairing, PairingError>> {
    const secret = readPairingLink(link);
    return secret === null ? failure("link_malformed") : Pairing.lookUp(secret, this.#client, this.#surroundings);
  }

  async completePairing(pairing: Pairing, label: string, withoutPrf: WithoutPrf): Promise<Result<PhoneRecord, PairingError>> {
    const teamBefore = this.#snapshot.phone?.team.id;
    const mayBeDone = pairing.mayBeDone;
    const completed = await pairing.complete(label, withoutPrf);
    if (!completed.ok) {
      const { phone } = this.#snapshot;
      if (completed.error !== "link_refused" || !mayBeDone || phone !== null) return completed;
      const recognised = await this.signIn();
      return recognised.ok && this.#snapshot.phone !== null ? success(this.#snapshot.phone) : completed;
    }
    if (teamBefore !== undefined && teamBefore !== completed.value.team.id) {
      await this.#surroundings.store.update("workstations", () => emptyBook);
      this.#show({ workstations: [], asOf: null });
    }
    this.#show({ phone: completed.value, requests: [] });
    await this.refresh();
    return completed;
  }

  /** Fetches what the portal knows now, and brings it what was recorded meanwhile. */
  async refresh(): Promise<void> {
    const { phone } = this.#snapshot;
    if (phone === null) return;
    const me = await this.#client.me();
    if (!me.ok) {
      this.#noteFailure(me.error);
      return;
    }
    if (!(await this.#rememberMe(me.value))) {
      this.#show({ connection: "signed_out" });
      return;
    }
    this.#show({ connection: "online" });
    if (me.value.phone.state !== "active") return;
    await this.#refreshWorkstations();
    await this.#refreshRequests();
    await this.#uploadReadings();
  }

  /** A new session by the passkey; also how a phone that lost its records is recognised again. */
  async signIn(): Promise<Result<void, SessionError>> {
    const { phone } = this.#snapshot;
    const rpId = phone?.rpId ?? this.#surroundings.transport.hostName;
    const nonce = await this.#client.sessionNonce();
    if (!nonce.ok) return failure(nonce.error.kind === "unreachable" ? "unreachable" : "phone_unknown");
    const asserted = await this.#surroundings.authenticator.get({
      rpId,
      challenge: await sessionChallenge(nonce.value),
      credentialId: phone === null ? null : decodeBase64url(phone.credentialId),
      prfInput: null,
    });
    if (!asserted.ok) return asserted;
    const opened = await this.#client.openSession(nonce.value, asserted.value);
    if (!opened.ok) return failure(opened.error.kind === "unreachable" ? "unreachable" : "phone_unknown");
    const me = await this.#client.me();
    if (!me.ok) return failure(me.error.kind === "unreachable" ? "unreachable" : "phone_unknown");
    if (!(await this.#rememberMe(me.value))) return failure("phone_unknown");
    await this.refresh();
    return success(undefined);
  }

  /** The session ends and nothing stays on this phone but the passkey. */
  async forget(): Promise<void> {
    this.unwatch();
    await this.#client.closeSession();
    await this.#surroundings.store.clear();
    this.#openRequests.clear();
    const { preferences, clockOffset } = this.#snapshot;
    this.#show({ phone: null, workstations: [], requests: [], asOf: null, connection: "connecting", preferences: { ...preferences, push: false }, clockOffset });
  }

  async unlock(): Promise<Result<AgreementKey, UnlockError>> {
    const { phone } = this.#snapshot;
    if (phone === null) return failure("failed");
    const unlocked = await this.#vault.unlock(phone);
    if (unlocked.ok && phone.agreementKey === null) {
      await this.#rememberPhone({ ...phone, agreementKey: encodeBase64url(unlocked.value.publicKey) });
    }
    return unlocked;
  }

  lock(): void {
    this.#vault.lock();
  }

  async readCode(id: DeviceId): Promise<Result<ShownCode, CodeError>> {
    const workstation = this.#snapshot.workstations.find((known) => known.id === id);
    if (workstation === undefined) return failure("unusable_key");
    const code = await this.#codes.read(this.#vault.key, workstation, (await this.#surroundings.store.read("workstations"))?.tenantSecrets ?? []);
    if (code.ok && this.#snapshot.connection === "online") void this.#uploadReadings();
    return code;
  }

  async answerQuestion(id: DeviceId, question: string): Promise<Result<ShownAnswer, QuestionError>> {
    const workstation = this.#snapshot.workstations.find((known) => known.id === id);
    if (workstation === undefined) return failure("unusable_key");
    const answer = await this.#codes.answer(this.#vault.key, workstation, question);
    if (answer.ok && this.#snapshot.connection === "online") void this.#uploadReadings();
    return answer;
  }

  /** For another authenticator: the portal records it first, and allows it once for each secret. */
  async showSecret(id: DeviceId): Promise<Result<AuthenticatorEntry, SecretError>> {
    await this.#refreshWorkstations();
    const { phone, workstations } = this.#snapshot;
    const workstation = workstations.find((known) => known.id === id);
    const own = this.#vault.key;
    if (own === null || phone === null) return failure("locked");
    if (workstation === undefined || workstation.concern !== null) return failure("no_secret");
    const secrets = (await this.#surroundings.store.read("workstations"))?.tenantSecrets ?? [];
    const place = { tenantId: workstation.tenantId, teamName: phone.team.name, tenantName: workstation.tenantName };
    const entry = await authenticatorEntry(own, place, secrets);
    if (entry === null) return failure("no_secret");
    const noted = await this.#client.noteSecretShown(workstation.tenantId, entry.secretId);
    if (noted.ok) return success(entry);
    if (noted.error.kind === "refused") return failure(noted.error.status === 409 ? "shown_before" : "refused");
    return failure("unreachable");
  }

  markCodeUsed(code: ShownCode): Promise<void> {
    return this.#codes.markUsed(code);
  }

  currentStep(): number {
    return codeStep(this.#surroundings.clock.now());
  }

  async confirmWorkstation(id: DeviceId): Promise<void> {
    const book = await this.#surroundings.store.update("workstations", (current) => confirmConcern(current ?? emptyBook, id));
    this.#show({ workstations: book.workstations });
    await this.#showRequests();
  }

  async approve(id: RequestId, number: number): Promise<Result<string, AnswerError>> {
    const { phone } = this.#snapshot;
    const request = this.#snapshot.requests.find((shown) => shown.id === id);
    if (phone === null || request === undefined || request.state !== "open") return failure("not_approvable");
    if (request.content.kind !== "verified" || request.content.concern !== null) return failure("not_approvable");
    if (request.expiresAt <= this.#surroundings.clock.now()) return failure("expired");
    this.#setState(id, "answering");
    const asserted = await this.#surroundings.authenticator.get({
      rpId: phone.rpId,
      challenge: await signInChallenge(request.content.body, number),
      credentialId: decodeBase64url(phone.credentialId),
      prfInput: null,
    });
    if (!asserted.ok) {
      this.#setState(id, "open");
      return asserted;
    }
    const answered = await this.#client.answerRequest(id, "approve", asserted.value);
    return this.#finishAnswer(id, "approve", answered);
  }

  async decline(id: RequestId, decision: Exclude<Decision, "approve">): Promise<Result<string, AnswerError>> {
    this.#setState(id, "answering");
    return this.#finishAnswer(id, decision, await this.#client.answerRequest(id, decision, null));
  }

  activity(after: string | null): Promise<Result<ActivityPage, RelayError>> {
    return this.#client.activity(after);
  }

  async setLanguage(language: Preferences["language"]): Promise<void> {
    await this.#setPreferences({ language });
  }

  pushKey(): ReturnType<RelayClient["pushKey"]> {
    return this.#client.pushKey();
  }

  async enablePush(keys: PushSubscriptionKeys): Promise<Result<void, RelayError>> {
    const p256dh = decodeBase64url(keys.p256dh);
    const auth = decodeBase64url(keys.auth);
    if (p256dh === null || auth === null) return failure({ kind: "malformed" });
    const subscribed = await this.#client.subscribePush(keys.endpoint, p256dh, auth);
    if (subscribed.ok) await this.#setPreferences({ push: true });
    return subscribed;
  }

  declinePush(): Promise<void> {
    return this.#setPreferences({ pushDeclined: true });
  }

  async disablePush(): Promise<void> {
    await this.#client.unsubscribePush();
    await this.#setPreferences({ push: false });
  }

  /** Who this phone is was settled at pairing; afterwards the portal can change only how things are called. */
  async #rememberMe(me: Me): Promise<boolean> {
    const before = this.#snapshot.phone;
    const { phone, team, technician, rp_id } = me;
    const changing = { label: phone.label, strength: phone.strength, state: phone.state };
    if (before === null) {
      const person = { id: technician.id, name: technician.name, username: technician.username };
      const credentialId = encodeBase64url(phone.credential_id);
      await this.#rememberPhone({
        phoneId: phone.id, team, technician: person, serial: phone.serial, rpId: rp_id, credentialId, agreementKey: null, ...changing,
      });
      return true;
    }
    if (before.phoneId !== phone.id) return false;
    const names = { team: { ...before.team, name: team.name }, technician: { ...before.technician, name: technician.name } };
    const strength = before.strength === "without_prf" ? before.strength : phone.strength;
    await this.#rememberPhone({ ...before, ...names, ...changing, strength });
    return true;
  }

  async #rememberPhone(phone: PhoneRecord): Promise<void> {
    if (JSON.stringify(phone) === JSON.stringify(this.#snapshot.phone)) return;
    this.#show({ phone: await this.#surroundings.store.update("phone", () => phone) });
  }

  async #refreshWorkstations(): Promise<void> {
    const list = await this.#client.workstations();
    if (!list.ok) {
      this.#noteFailure(list.error);
      return;
    }
    const book = await this.#surroundings.store.update("workstations", (current) => mergeList(current, list.value));
    this.#show({ asOf: book.asOf, workstations: book.workstations });
  }

  async #refreshRequests(): Promise<void> {
    const requests = await this.#client.openRequests();
    if (!requests.ok) {
      this.#noteFailure(requests.error);
      return;
    }
    this.#openRequests = new Map(requests.value.map((request) => [request.id, request]));
    await this.#showRequests();
  }

  /** Opens each request anew against the keys as they are now; answered ones keep their state. */
  async #showRequests(): Promise<void> {
    const { phone, workstations, clockOffset } = this.#snapshot;
    if (phone === null) return;
    const opened = await Promise.all(
      [...this.#openRequests.values()].map(async (request): Promise<ShownRequest> => ({
        id: request.id,
        deviceId: request.device_id,
        receivedAt: this.#surroundings.clock.now(),
        expiresAt: request.expires_at - (Math.abs(clockOffset ?? 0) > dateResolution ? (clockOffset ?? 0) : 0),
        silent: request.silent,
        state: "open",
        content: await openContent(request, phone, workstations),
      })),
    );
    const before = new Map(this.#snapshot.requests.map((shown) => [shown.id, shown]));
    const current = opened.map((request) => {
      const known = before.get(request.id);
      if (known === undefined) {
        setTimeout(() => this.#close(request.id, "closed"), Math.max(0, request.expiresAt - request.receivedAt) + closedStaysFor);
      }
      return known === undefined ? request : { ...request, state: known.state, receivedAt: known.receivedAt };
    });
    const ids = new Set(current.map((request) => request.id));
    const ending = this.#snapshot.requests.filter((shown) => !ids.has(shown.id) && shown.state !== "open");
    this.#show({ requests: [...current, ...ending].toSorted((left, right) => right.receivedAt - left.receivedAt) });
  }

  async #receive(message: LiveMessage): Promise<void> {
    if (message.type === "workstations_changed") {
      await this.#refreshWorkstations();
      await this.#showRequests();
    } else if (message.type === "sign_in_closed") {
      // While this phone's own answer is on its way, what came of it is that answer's to say.
      const answering = this.#snapshot.requests.some((request) => request.id === message.id && request.state === "answering");
      if (!answering) this.#close(message.id, "closed");
    } else {
      this.#openRequests.set(message.request.id, message.request);
      await this.#showRequests();
      const shown = this.#snapshot.requests.find((request) => request.id === message.request.id);
      const unknown = shown?.content.kind === "unverifiable" && shown.content.reason === "unknown_workstation";
      if (unknown) await this.#refreshWorkstations().then(() => this.#showRequests());
    }
  }

  async #uploadReadings(): Promise<void> {
    const { store } = this.#surroundings;
    const readings = (await store.read("readings")) ?? [];
    if (readings.length === 0) return;
    const batch = readings.slice(0, 100);
    const uploaded = await this.#client.uploadReadings(batch);
    if (!uploaded.ok) return;
    const done = new Set(batch.map((reading) => reading.id));
    await store.update("readings", (queue) => (queue ?? []).filter((reading) => !done.has(reading.id)));
    if (readings.length > batch.length) await this.#uploadReadings();
  }

  #finishAnswer(id: RequestId, decision: Decision, answered: Result<string, RelayError>): Result<string, AnswerError> {
    if (answered.ok) {
      this.#close(id, decision === "approve" ? "approved" : decision === "refuse" ? "refused" : "not_me");
      return answered;
    }
    const { error } = answered;
    if (error.kind === "refused" && error.status === 409) {
      this.#close(id, "closed");
      return failure("answered_elsewhere");
    }
    if (error.kind === "refused" && (error.status === 404 || error.status === 410)) {
      this.#close(id, "closed");
      return failure("expired");
    }
    this.#setState(id, "open");
    this.#noteFailure(error);
    if (error.kind === "unreachable" || error.kind === "signed_out") return failure(error.kind);
    return failure("portal_refused");
  }

  /** What became of it stays on the screen for a moment. */
  #close(id: RequestId, state: ShownRequest["state"]): void {
    const shown = this.#snapshot.requests.find((request) => request.id === id);
    this.#openRequests.delete(id);
    if (shown === undefined) return;
    if (shown.state === "open" || shown.state === "answering") this.#setState(id, state);
    setTimeout(() => this.#show({ requests: this.#snapshot.requests.filter((request) => request.id !== id) }), closedStaysFor);
  }

  #setState(id: RequestId, state: ShownRequest["state"]): void {
    this.#show({ requests: this.#snapshot.requests.map((request) => (request.id === id ? { ...request, state } : request)) });
  }

  #noteFailure(error: RelayError): void {
    if (error.kind === "unreachable") this.#show({ connection: "offline" });
    if (error.kind === "signed_out") this.#show({ connection: "signed_out" });
  }

  async #setPreferences(change: Partial<Preferences>): Promise<void> {
    const preferences = await this.#surroundings.store.update("preferences", (current) => ({
      ...this.#snapshot.preferences,
      ...current,
      ...change,
    }));
    this.#show({ preferences });
  }

  #show(change: Partial<PhoneSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const emptyBook: WorkstationBook = { asOf: 0, workstations: [] };
