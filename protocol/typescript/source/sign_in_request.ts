import type { Bytes } from "./bytes.ts";
import { verifyEnvelope, type SignedEnvelope } from "./envelope.ts";
import { purposes } from "./hash.ts";
import type { DeviceId, RequestId, TeamId, TechnicianId, TenantId } from "./identifiers.ts";
import { Reader } from "./reader.ts";
import { failure, success, type Result } from "./result.ts";
import { DecodeError } from "./strict_json.ts";
import { accountForm } from "./texts.ts";

/** What a workstation signed: the only facts an approval may show. */
export interface SignInRequest {
  readonly id: RequestId;
  readonly team_id: TeamId;
  readonly tenant_id: TenantId;
  readonly device_id: DeviceId;
  readonly technician_id: TechnicianId;
  readonly tenant_name: string;
  readonly device_name: string;
  readonly account: string;
  readonly service: string;
  readonly terminal: string;
  readonly remote_host: string;
  readonly reason: string | null;
  readonly ticket: string | null;
  readonly nonce: Bytes;
  readonly issued_at: number;
  readonly expires_at: number;
}

export type SignInRequestError = "signature" | "malformed";

const sizeLimit = 16 * 1024;
const longestLife = 60_000;

/** Throws DecodeError. */
export function decodeSignInRequest(body: Bytes): SignInRequest {
  const reader = Reader.parse(body, sizeLimit);
  const members = reader.object(
    "version", "id", "team_id", "tenant_id", "device_id", "technician_id", "tenant_name", "device_name", "account",
    "service", "terminal", "remote_host", "reason", "ticket", "nonce", "issued_at", "expires_at",
  );
  if (members.version.integer() !== 1) members.version.refuse("bad_value");
  const issuedAt = members.issued_at.integer(0);
  return {
    id: members.id.id(),
    team_id: members.team_id.id(),
    tenant_id: members.tenant_id.id(),
    device_id: members.device_id.id(),
    technician_id: members.technician_id.id(),
    tenant_name: members.tenant_name.shortText(),
    device_name: members.device_name.shortText(),
    account: members.account.matching(accountForm),
    service: members.service.shortText(),
    terminal: readLine(members.terminal),
    remote_host: readLine(members.remote_host),
    reason: members.reason.nullable((value) => value.shortText(500)),
    ticket: members.ticket.nullable(readLine),
    nonce: members.nonce.bytes(16),
    issued_at: issuedAt,
    expires_at: members.expires_at.integer(issuedAt + 1, issuedAt + longestLife),
  };
}

/** May be empty: at a console there is no terminal name or no remote end. */
function readLine(reader: Reader): string {
  return reader.text() === "" ? "" : reader.shortText(255);
}

/** The signature first: unsigned bytes are not even read. */
export async function openSignInRequest(envelope: SignedEnvelope, deviceKey: Bytes): Promise<Result<SignInRequest, SignInRequestError>> {
  if (!(await verifyEnvelope(envelope, purposes.signInRequest, deviceKey))) return failure("signature");
  try {
    return success(decodeSignInRequest(envelope.body));
  } catch (error) {
    if (error instanceof DecodeError) return failure("malformed");
    throw error;
  }
}
