import { decodeBase64url, openSignInRequest, type Bytes, type OpenRequest, type RequestId, type SignInRequest } from "@doorward/protocol";
import type { Concern, PhoneRecord, RememberedWorkstation } from "./records.ts";

/**
 * Why a request cannot be approved here. `signature`: no key this phone remembers made it. `contradicting`: what the
 * portal says around the signed bytes is not what stands in them. `not_yours`: it names another person.
 */
export type Unverifiable = "unknown_workstation" | "signature" | "malformed" | "contradicting" | "not_yours";

/** `name_differs`: the workstation calls itself something else than the portal's list does. Cannot be confirmed away. */
export type RequestConcern = Concern | { readonly kind: "name_differs"; readonly name: string; readonly tenantName: string };

export type RequestContent =
  | { readonly kind: "verified"; readonly facts: SignInRequest; readonly body: Bytes; readonly concern: RequestConcern | null }
  | { readonly kind: "unverifiable"; readonly reason: Unverifiable };

export type RequestState = "open" | "answering" | "approved" | "refused" | "not_me" | "closed";

export interface ShownRequest {
  readonly id: RequestId;
  readonly deviceId: OpenRequest["device_id"];
  readonly receivedAt: number;
  /** By the phone's clock. */
  readonly expiresAt: number;
  readonly silent: boolean;
  readonly state: RequestState;
  readonly content: RequestContent;
}

/** Everything an approval shows comes out of here: from bytes whose signature a remembered key made. */
export async function openContent(
  request: OpenRequest,
  phone: PhoneRecord,
  workstations: readonly RememberedWorkstation[],
): Promise<RequestContent> {
  const workstation = workstations.find((known) => known.id === request.device_id);
  if (workstation === undefined) return { kind: "unverifiable", reason: "unknown_workstation" };
  const opened = await openWithKnownKeys(request, workstation);
  if (opened === "signature" || opened === "malformed") return { kind: "unverifiable", reason: opened };
  const { facts } = opened;
  if (facts.id !== request.id || facts.device_id !== request.device_id) return { kind: "unverifiable", reason: "contradicting" };
  if (facts.technician_id !== phone.technician.id || facts.team_id !== phone.team.id) return { kind: "unverifiable", reason: "not_yours" };
  return { kind: "verified", facts, body: request.envelope.body, concern: workstation.concern ?? nameConcern(facts, workstation) };
}

/** A key that replaces the remembered one is tried too, but only to say so: it is a concern until it is confirmed. */
async function openWithKnownKeys(
  request: OpenRequest,
  workstation: RememberedWorkstation,
): Promise<{ facts: SignInRequest } | "signature" | "malformed"> {
  const offered = workstation.concern?.kind === "key_changed" ? [workstation.concern.signingKey] : [];
  for (const text of [workstation.signingKey, ...offered]) {
    const key = decodeBase64url(text);
    if (key === null) continue;
    const opened = await openSignInRequest(request.envelope, key);
    if (opened.ok) return { facts: opened.value };
    if (opened.error === "malformed") return "malformed";
  }
  return "signature";
}

function nameConcern(facts: SignInRequest, workstation: RememberedWorkstation): RequestConcern | null {
  const same = facts.device_name === workstation.name && facts.tenant_name === workstation.tenantName && facts.tenant_id === workstation.tenantId;
  return same ? null : { kind: "name_differs", name: facts.device_name, tenantName: facts.tenant_name };
}
