import { day, type FakeState, hour, id, iso, roleIds } from "./state.ts";

/** A team in the middle of its work: enough of everything for each screen to have something to show. */
export function seed(state: FakeState) {
  const phone = (label: string, strength: "device_bound" | "synced" | "without_prf") => ({
    id: id(),
    serial: 1,
    label,
    strength,
    state: "active" as const,
    created_at: iso(-30 * day),
    last_used_at: iso(-2 * hour),
  });
  const harbor = state.addTenant("Harbor Dental");
  const lindgren = state.addTenant("Lindgren & Sons");
  const atlas = state.addTenant("Atlas Logistics");
  atlas.settings.account_mode = "shared";
  atlas.settings.own.account_mode = "shared";
  atlas.settings.shared_account = "msp-2356";
  atlas.settings.code_scheme = "per_tenant";
  lindgren.suspended = true;
  const reception = state.addDevice(harbor, "W11-RECEPTION", {
    sessions: 1,
    accounts: [
      { name: "msp-nik", state: "open" },
      { name: "msp-ada", state: "locked" },
    ],
  });
  state.addDevice(harbor, "W10-XRAY", { connected: false, clock_drift_ms: null, last_seen_at: iso(-3 * day), offline_until: iso(11 * day) });
  state.addDevice(lindgren, "CAD-01", { state: "suspended", up_to_date: false });
  state.addDevice(atlas, "DOCK-2", { connected: false, clock_drift_ms: null, last_seen_at: iso(-9 * day), offline_until: iso(5 * day) });
  state.addDevice(atlas, "DOCK-10", { state: "quarantined", quarantine_reason: "second_machine", clock_trusted: false, clock_drift_ms: -7_260_000, agent_version: null });

  const nik = state.addTechnician("Nik Holm", "nik", {
    email: "nik@northlight.example",
    state: "activated",
    activated_at: iso(-30 * day),
    phones: [phone("Pixel 9", "device_bound")],
  });
  const ada = state.addTechnician("Ada Quist", "ada", {
    state: "activated",
    administrator: true,
    activated_at: iso(-20 * day),
    phones: [phone("iPhone 16", "synced"), phone("Old Android", "without_prf")],
    passkeys: [{ id: id(), label: "Laptop", state: "waiting_for_acceptance", created_at: iso(-hour), last_used_at: null }],
  });
  state.addTechnician("Sam Ito", "sam", { invitation: { sent_to: "sam@northlight.example", expires_at: iso(5 * day), expired: false } });
  state.addTechnician("Kim Brandt", "kim", { state: "activated", status: "disabled", status_reason: "Left the company" });

  const [, xray, , dock] = state.devices;
  const kim = state.technicians.find(({ username }) => username === "kim");
  for (const [technician, device, reason] of [
    [kim, xray, "technician_disabled"],
    [kim, dock, "technician_disabled"],
    [nik, dock, "phone_removed"],
  ] as const) {
    if (!technician || !device) continue;
    state.exposures.push({
      technician: { id: technician.id, name: technician.name },
      technician_is_gone: false,
      device: { id: device.id, name: device.name },
      tenant: device.tenant,
      reason,
      account: device === dock ? "msp-2356" : `msp-${technician.username}`,
      held_revision: 41,
      newest_revision: 43,
      last_seen_at: device.last_seen_at,
      until: device.offline_until ?? iso(),
    });
  }
  state.unjudged.push({ device: { id: id(), name: "OLD-PC" }, tenant: { id: harbor.id, name: harbor.name }, last_seen_at: iso(-9 * day), until: iso(5 * day) });
  state.removed.push({ id: id(), name: "OLD-PC", tenant: { id: harbor.id, name: harbor.name }, removed_at: iso(-5 * day), last_seen_at: iso(-40 * day), statement: null });

  const tenantRight = (tenantId: string, technicianId: string) =>
    state.addRight({
      subject: { kind: "technician", id: technicianId },
      object: { kind: "tenant", id: tenantId, section: null },
      role_id: roleIds.full,
      valid_from: null,
      valid_until: null,
    });
  tenantRight(harbor.id, nik.id);
  tenantRight(harbor.id, ada.id);
  state.addRight({
    subject: { kind: "everyone", id: null },
    object: { kind: "device", id: reception.id, section: null },
    role_id: roleIds.full,
    valid_from: null,
    valid_until: iso(2 * day),
  });

  const member = ({ id: memberId, name }: { id: string; name: string }) => ({ id: memberId, name });
  const support = { id: id(), name: "Support", members: [nik, ada].map(member), member_count: 2, rights: 0, policies: [] as { id: string; name: string }[] };
  const onCall = { id: id(), name: "On-call nights", members: [], member_count: 0, rights: 0, policies: [] };
  state.departments.push(support, onCall);
  const front = { id: id(), name: "Front desk", tenant: reception.tenant, members: [member(reception)], member_count: 1, rights: 0, policies: [] };
  state.groups.push(front);
  const night = { id: id(), name: "Night shift", purpose: "devices" as const, system: false, permissions: ["technician_sign_in"], rights: 0 };
  const clerk = {
    id: id(),
    name: "Log reader",
    purpose: "administration" as const,
    system: false,
    permissions: ["audit_log"],
    rights: 0,
  };
  state.roles.push(night, clerk);
  state.addRight({
    subject: { kind: "department", id: support.id },
    object: { kind: "device_group", id: front.id, section: null },
    role_id: night.id,
    valid_from: null,
    valid_until: null,
  });
  state.addRight({
    subject: { kind: "technician", id: ada.id },
    object: { kind: "section", id: null, section: "team" },
    role_id: roleIds.team,
    valid_from: null,
    valid_until: null,
  });
  const hours = {
    id: id(),
    name: "Help desk hours",
    description: "For the help desk, on what stands in front.",
    kind: "any" as const,
    state: "active" as const,
    start_policy: false,
    devices: { all: false, device_ids: [], group_ids: [front.id] },
    subjects: { all: false, directory_imported: false, technician_ids: [nik.id], department_ids: [support.id] },
    conditions: {
      time_windows: [
        ...[0, 1, 2, 3, 4].map((of) => ({ from_minute: of * 1440 + 480, to_minute: of * 1440 + 1080 })),
        { from_minute: 5 * 1440 + 540, to_minute: 5 * 1440 + 780 },
      ],
      ticket_required: true,
      ticket_pattern: "INC#######",
      reason_required: true,
      approver_ids: [ada.id],
      longest_session_minutes: 90,
      end_behaviour: "end_session" as const,
    },
    names: [support, front, nik, ada].map(member),
    pending_change_id: null,
    valid_from: iso(-day),
    valid_until: iso(30 * day),
  };
  state.policies.push(hours);
  support.policies.push(member(hours));
  state.team = { ...state.team, administrators: 2 };
  const byAda = { author: { id: ada.id, name: ada.name }, may_accept: true };
  state.addChange({
    kind: "right_grant",
    subject: { kind: "technician", id: nik.id, name: nik.name },
    difference: [
      { field: "role", before: null, after: "Full device access" },
      { field: "object", before: null, after: "Atlas Logistics" },
      { field: "valid_until", before: null, after: iso(7 * day) },
    ],
    ...byAda,
  });
  state.addChange({
    kind: "tenant_offline_days",
    subject: { kind: "tenant", id: harbor.id, name: harbor.name },
    difference: [{ field: "offline_days", before: "14", after: "30" }],
    ...byAda,
  });
  state.addChange({
    kind: "technician_enable",
    state: "rejected",
    subject: { kind: "technician", id: nik.id, name: nik.name },
    difference: [{ field: "status", before: "disabled", after: "active" }],
    reason: "Not before Monday",
    decided_at: iso(-day),
    ...byAda,
  });

  const at = { device: { id: reception.id, name: reception.name }, tenant: reception.tenant, source: "device" as const };
  const who = { technician: { id: nik.id, name: nik.name }, account: nik.account, service: "sshd", remote_host: "10.0.4.7" };
  for (let round = 0; round < 30; ++round) {
    state.note("sign_in_online", { ...at, ...who, at: iso(-round * hour) });
    state.note("session_closed", { ...at, ...who, at: iso(-round * hour), duration_ms: 1_260_000 });
  }
  state.note("sign_in_offline", { ...at, ...who, outcome: "refused", reason: "code_used", count: 3 });
  state.openSession();
  const [, elsewhere] = state.sessions;
  if (elsewhere) {
    elsewhere.address = "2001:db8:4:1::8a2e";
    elsewhere.user_agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
    elsewhere.last_used_at = iso(-hour / 4);
  }
  state.owner().passkeys.push({ id: id(), label: "Security key", state: "active", created_at: iso(-9 * day), last_used_at: iso(-8 * day) });
  state.tokens.push({
    id: id(),
    tenant_id: harbor.id,
    label: "Front office",
    uses: 2,
    uses_allowed: 5,
    state: "open",
    expires_at: iso(3 * day),
    created_at: iso(-day),
    created_by: state.team.owner,
  });
  return { harbor, reception, nik, ada, support, front, night, hours };
}
