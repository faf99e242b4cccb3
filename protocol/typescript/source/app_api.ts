import type { Bytes } from "./bytes.ts";
import { readEnvelope, type SignedEnvelope } from "./envelope.ts";
import type { DeviceId, EventId, Id, PairingId, PhoneId, RequestId, TeamId, TechnicianId, TenantId, TenantSecretId } from "./identifiers.ts";
import type { Reader } from "./reader.ts";
import { accountForm, usernameForm } from "./texts.ts";

// Answers of `/app/v1` (WIRE.md section 7) as values. Each function throws DecodeError.

export type PhoneState = "active" | "waiting_for_acceptance";
export type PhoneStrength = "device_bound" | "synced" | "without_prf";
export type Decision = "approve" | "refuse" | "not_me";

export interface Named<Identifier> {
  readonly id: Identifier;
  readonly name: string;
}

export interface PairingOffer {
  readonly pairing_id: PairingId;
  readonly team: Named<TeamId>;
  readonly technician: Named<TechnicianId> & { readonly username: string };
  readonly rp_id: string;
  readonly serial: number;
  readonly expires_at: number;
  readonly replaces_phone: boolean;
}

export interface PairedPhone {
  readonly phone_id: PhoneId;
  readonly state: PhoneState;
}

export interface Me {
  readonly technician: Named<TechnicianId> & { readonly username: string; readonly email: string | null };
  readonly team: Named<TeamId>;
  readonly phone: {
    readonly id: PhoneId;
    readonly serial: number;
    readonly credential_id: Bytes;
    readonly label: string;
    readonly strength: PhoneStrength;
    readonly state: PhoneState;
  };
  readonly rp_id: string;
}

export interface ListedWorkstation {
  readonly id: DeviceId;
  readonly name: string;
  readonly tenant_id: TenantId;
  readonly tenant_name: string;
  readonly account: string;
  readonly signing_key: Bytes;
  readonly agreement_key: Bytes;
  readonly code_scheme: "per_machine" | "per_tenant";
  readonly connected: boolean;
  readonly offline_until: number | null;
}

/** A secret of a customer's codes, sealed to this phone; `ends_at` where another one has taken its place. */
export interface SealedTenantSecret {
  readonly id: TenantSecretId;
  readonly ends_at: number | null;
  readonly sealed: Bytes;
}

/** The one in use first. */
export interface TenantCodes {
  readonly tenant_id: TenantId;
  readonly secrets: readonly SealedTenantSecret[];
}

export interface WorkstationList {
  readonly as_of: number;
  readonly tenant_codes: readonly TenantCodes[];
  readonly workstations: readonly ListedWorkstation[];
}

export interface OpenRequest {
  readonly id: RequestId;
  readonly envelope: SignedEnvelope;
  readonly device_id: DeviceId;
  readonly created_at: number;
  readonly expires_at: number;
  readonly silent: boolean;
}

export type LiveMessage =
  | { readonly type: "sign_in_request"; readonly request: OpenRequest }
  | { readonly type: "sign_in_closed"; readonly id: RequestId; readonly state: string }
  | { readonly type: "workstations_changed" };

export interface ActivityEvent {
  readonly id: EventId;
  readonly kind: string;
  readonly outcome: string;
  readonly device_id: DeviceId | null;
  readonly device_name: string | null;
  readonly tenant_name: string | null;
  readonly at: number;
}

export interface ActivityPage {
  readonly events: readonly ActivityEvent[];
  readonly next: string | null;
}

const machineWord = /^[a-z][a-z0-9_]{0,63}$/;

export function readPairingOffer(reader: Reader): PairingOffer {
  const members = reader.object("pairing_id", "team", "technician", "rp_id", "serial", "expires_at", "replaces_phone");
  const technician = members.technician.object("id", "name", "username");
  return {
    pairing_id: members.pairing_id.id(),
    team: readNamed(members.team),
    technician: { id: technician.id.id(), name: technician.name.shortText(), username: technician.username.matching(usernameForm) },
    rp_id: members.rp_id.shortText(255),
    serial: readSerial(members.serial),
    expires_at: members.expires_at.time(),
    replaces_phone: members.replaces_phone.boolean(),
  };
}

export function readPairedPhone(reader: Reader): PairedPhone {
  const members = reader.object("phone_id", "state");
  return { phone_id: members.phone_id.id(), state: readPhoneState(members.state) };
}

export function readNonce(reader: Reader): Bytes {
  return reader.object("nonce").nonce.bytes(32);
}

export function readMe(reader: Reader): Me {
  const members = reader.object("technician", "team", "phone", "rp_id");
  const technician = members.technician.object("id", "name", "username", "email");
  const phone = members.phone.object("id", "serial", "credential_id", "label", "strength", "state");
  return {
    technician: {
      id: technician.id.id(),
      name: technician.name.shortText(),
      username: technician.username.matching(usernameForm),
      email: technician.email.nullable((value) => value.shortText(255)),
    },
    team: readNamed(members.team),
    phone: {
      id: phone.id.id(),
      serial: readSerial(phone.serial),
      credential_id: phone.credential_id.bytes(),
      label: phone.label.shortText(),
      strength: phone.strength.oneOf("device_bound", "synced", "without_prf"),
      state: readPhoneState(phone.state),
    },
    rp_id: members.rp_id.shortText(255),
  };
}

export function readWorkstationList(reader: Reader): WorkstationList {
  const members = reader.object("as_of", "workstations", "tenant_codes");
  return {
    as_of: members.as_of.time(),
    workstations: members.workstations.array(readWorkstation),
    tenant_codes: members.tenant_codes.array(readTenantCodes),
  };
}

export function readOpenRequests(reader: Reader): readonly OpenRequest[] {
  return reader.object("requests").requests.array(readOpenRequest);
}

export function readAnswerState(reader: Reader): string {
  return reader.object("state").state.matching(machineWord);
}

export function readPushKey(reader: Reader): Bytes {
  return reader.object("public_key").public_key.bytes(65);
}

export function readActivityPage(reader: Reader): ActivityPage {
  const members = reader.object("events", "next");
  return { events: members.events.array(readActivityEvent), next: members.next.nullable((value) => value.text()) };
}

export function readLiveMessage(reader: Reader): LiveMessage {
  const type = reader.member("type")?.oneOf("sign_in_request", "sign_in_closed", "workstations_changed");
  switch (type) {
    case "sign_in_request":
      return { type, request: readOpenRequest(reader.object("type", "request").request) };
    case "sign_in_closed": {
      const members = reader.object("type", "id", "state");
      return { type, id: members.id.id(), state: members.state.matching(machineWord) };
    }
    case "workstations_changed":
      reader.object("type");
      return { type };
    default:
      return reader.refuse("missing_member");
  }
}

/** The payload of a web push says only that there is something to fetch. */
export function readPushMessage(reader: Reader): RequestId {
  const members = reader.object("type", "request_id");
  members.type.oneOf("sign_in_request");
  return members.request_id.id();
}

function readOpenRequest(reader: Reader): OpenRequest {
  const members = reader.object("id", "envelope", "device_id", "created_at", "expires_at", "silent");
  return {
    id: members.id.id(),
    envelope: readEnvelope(members.envelope),
    device_id: members.device_id.id(),
    created_at: members.created_at.time(),
    expires_at: members.expires_at.time(),
    silent: members.silent.boolean(),
  };
}

function readWorkstation(reader: Reader): ListedWorkstation {
  const members = reader.object(
    "id", "name", "tenant_id", "tenant_name", "account", "signing_key", "agreement_key", "code_scheme", "connected", "offline_until",
  );
  return {
    id: members.id.id(),
    name: members.name.shortText(),
    tenant_id: members.tenant_id.id(),
    tenant_name: members.tenant_name.shortText(),
    account: members.account.matching(accountForm),
    signing_key: members.signing_key.bytes(32),
    agreement_key: members.agreement_key.bytes(32),
    code_scheme: members.code_scheme.oneOf("per_machine", "per_tenant"),
    connected: members.connected.boolean(),
    offline_until: members.offline_until.nullable((value) => value.time()),
  };
}

function readTenantCodes(reader: Reader): TenantCodes {
  const members = reader.object("tenant_id", "secrets");
  return { tenant_id: members.tenant_id.id(), secrets: members.secrets.array(readSealedSecret) };
}

function readSealedSecret(reader: Reader): SealedTenantSecret {
  const members = reader.object("id", "ends_at", "sealed");
  return { id: members.id.id(), ends_at: members.ends_at.nullable((value) => value.time()), sealed: members.sealed.bytes(68) };
}

function readActivityEvent(reader: Reader): ActivityEvent {
  const members = reader.object("id", "kind", "outcome", "device_id", "device_name", "tenant_name", "at");
  return {
    id: members.id.id(),
    kind: members.kind.matching(machineWord),
    outcome: members.outcome.matching(machineWord),
    device_id: members.device_id.nullable((value) => value.id()),
    device_name: members.device_name.nullable((value) => value.shortText()),
    tenant_name: members.tenant_name.nullable((value) => value.shortText()),
    at: members.at.time(),
  };
}

function readNamed<Kind extends string>(reader: Reader): Named<Id<Kind>> {
  const members = reader.object("id", "name");
  return { id: members.id.id<Kind>(), name: members.name.shortText() };
}

function readSerial(reader: Reader): number {
  return reader.integer(1, 0xffffffff);
}

function readPhoneState(reader: Reader): PhoneState {
  return reader.oneOf("active", "waiting_for_acceptance");
}
