import { encodeBase64url, type DeviceId, type ListedWorkstation, type WorkstationList } from "@doorward/protocol";
import type { Concern, RememberedWorkstation, WorkstationBook } from "./records.ts";

// The portal lists workstations and their keys; the phone remembers what it saw first. A later list can add and
// remove, but a key or a name it changes is a concern until the person has looked at it: the portal alone must not be
// able to put its own key under a known name.

export function mergeList(book: WorkstationBook | null, list: WorkstationList): WorkstationBook {
  const known = new Map((book?.workstations ?? []).map((workstation) => [workstation.id, workstation]));
  const merged = list.workstations.map((listed) => mergeOne(known, listed));
  const listedIds = new Set(merged.map((workstation) => workstation.id));
  const unlisted = [...known.values()]
    .filter((workstation) => !listedIds.has(workstation.id))
    .map((workstation) => ({ ...workstation, listed: false, connected: false }));
  const tenantSecrets = list.tenant_codes.map((codes) => ({
    tenantId: codes.tenant_id,
    secrets: codes.secrets.map((secret) => ({ id: secret.id, endsAt: secret.ends_at, sealed: encodeBase64url(secret.sealed) })),
  }));
  return { asOf: list.as_of, tenantSecrets, workstations: markShared([...merged, ...unlisted]) };
}

/** The person looked and accepts what the portal says now. */
export function confirmConcern(book: WorkstationBook, id: DeviceId): WorkstationBook {
  const workstations = book.workstations.map((workstation) => (workstation.id === id ? accept(workstation) : workstation));
  return { ...book, workstations: markShared(workstations) };
}

function mergeOne(known: ReadonlyMap<DeviceId, RememberedWorkstation>, listed: ListedWorkstation): RememberedWorkstation {
  const signingKey = encodeBase64url(listed.signing_key);
  const agreementKey = encodeBase64url(listed.agreement_key);
  const now = {
    id: listed.id,
    tenantId: listed.tenant_id,
    account: listed.account,
    codeScheme: listed.code_scheme,
    connected: listed.connected,
    offlineUntil: listed.offline_until,
    listed: true,
  };
  const before = known.get(listed.id);
  if (before === undefined) {
    const taken = [...known.values()].some((other) => other.name === listed.name && other.tenantName === listed.tenant_name);
    const concern: Concern | null = taken ? { kind: "name_has_new_key" } : null;
    return { ...now, name: listed.name, tenantName: listed.tenant_name, signingKey, agreementKey, concern, sharingConfirmed: false };
  }
  const kept = {
    ...now,
    tenantId: before.tenantId,
    name: before.name,
    tenantName: before.tenantName,
    signingKey: before.signingKey,
    agreementKey: before.agreementKey,
    sharingConfirmed: before.sharingConfirmed,
  };
  if (before.signingKey !== signingKey || before.agreementKey !== agreementKey || before.tenantId !== listed.tenant_id) {
    return { ...kept, concern: { kind: "key_changed", tenantId: listed.tenant_id, signingKey, agreementKey } };
  }
  if (before.name !== listed.name || before.tenantName !== listed.tenant_name) {
    return { ...kept, concern: { kind: "renamed", name: listed.name, tenantName: listed.tenant_name } };
  }
  return { ...kept, concern: before.concern?.kind === "name_has_new_key" ? before.concern : null };
}

function accept(workstation: RememberedWorkstation): RememberedWorkstation {
  const { concern } = workstation;
  const settled = { ...workstation, concern: null };
  switch (concern?.kind) {
    case "key_changed": {
      const { tenantId, signingKey, agreementKey } = concern;
      return { ...settled, tenantId, signingKey, agreementKey, sharingConfirmed: false };
    }
    case "renamed":
      return { ...settled, name: concern.name, tenantName: concern.tenantName };
    case "shared_key":
      return { ...settled, sharingConfirmed: true };
    default:
      return settled;
  }
}

function markShared(workstations: readonly RememberedWorkstation[]): readonly RememberedWorkstation[] {
  return workstations.map((workstation) => {
    const twin = workstations.find(
      (other) =>
        other.id !== workstation.id && (other.signingKey === workstation.signingKey || other.agreementKey === workstation.agreementKey),
    );
    if (twin !== undefined && !workstation.sharingConfirmed && workstation.concern === null) {
      return { ...workstation, concern: { kind: "shared_key", otherName: twin.name } };
    }
    if (twin === undefined && workstation.concern?.kind === "shared_key") return { ...workstation, concern: null };
    return workstation;
  });
}
