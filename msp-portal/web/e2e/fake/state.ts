import { createHash, randomBytes } from "node:crypto";
import { newId } from "@doorward/protocol";
import type * as Api from "../../src/api/types.ts";
import type { components } from "../../src/api/schema.d.ts";

// The portal as far as the pages can tell: values of the API's own types, kept in memory, decided by nobody.

export const iso = (offsetMilliseconds = 0) => new Date(Date.now() + offsetMilliseconds).toISOString();
export const id = () => newId(Date.now()) as string;
export const secret = () => randomBytes(32).toString("base64url");
export const day = 86_400_000;
export const hour = 3_600_000;

export const roleIds = { full: id(), team: id() };

/** Of a customer with one secret for its codes. */
export interface FakeCodes {
  secrets: Api.TenantCodes["secrets"];
  readonly confirmed: Set<string>;
  readings: Api.TenantCodes["readings"];
  mayRead: "yes" | "no_right";
}

export class FakeState {
  readonly setUpSecret = secret();
  readonly technicianId = id();
  setUpOpen = true;
  nonce = "";
  session: string | null = null;
  credential: string | null = null;
  teamVersion = 1;
  team: Api.Team = {
    id: id(),
    name: "New team",
    account_prefix: "msp-",
    account_mode: "named",
    owner: { id: this.technicianId, name: "Owner" },
    administrators: 1,
    suspended: false,
    restored_at: null,
    created_at: iso(),
  };
  restore: Api.Restore | null = null;
  readonly custodians: (components["schemas"]["Custodian"] & { agreementKey: string })[] = [];
  readonly breakGlass = new Map<string, Api.BreakGlass>();
  readonly tenants: Api.Tenant[] = [];
  readonly devices: Api.Device[] = [];
  readonly technicians: Api.Technician[] = [];
  readonly rights: Api.Right[] = [];
  readonly changes: Api.Change[] = [];
  readonly tokens: Api.EnrolmentToken[] = [];
  readonly events: Api.AuditEvent[] = [];
  readonly sessions: Api.AdminSession[] = [];
  readonly exposures: Api.Exposure[] = [];
  readonly unjudged: Api.UnjudgedWorkstation[] = [];
  readonly removed: Api.RemovedDevice[] = [];
  readonly switches = new Map<string, Api.AccountSwitch>();
  readonly #codes = new Map<string, FakeCodes>();
  readonly invitations = new Map<string, string>();
  readonly versions = new Map<string, number>();
  readonly roles: Api.Role[] = [
    { id: roleIds.full, name: "Full device access", purpose: "devices", system: true, permissions: ["technician_sign_in"], rights: 0 },
    {
      id: roleIds.team,
      name: "Team administrator",
      purpose: "administration",
      system: true,
      permissions: ["approve_access_policies", "audit_log", "technicians_and_settings"],
      rights: 0,
    },
  ];
  readonly departments: Api.Department[] = [];
  readonly groups: Api.DeviceGroup[] = [];
  readonly policies: Api.Policy[] = [
    {
      id: id(),
      name: "All devices",
      description: "Lets everybody in who holds a right.",
      kind: "any",
      state: "active",
      start_policy: true,
      devices: { all: true, device_ids: [], group_ids: [] },
      subjects: { all: true, directory_imported: false, technician_ids: [], department_ids: [] },
      conditions: {
        time_windows: [],
        ticket_required: false,
        ticket_pattern: null,
        reason_required: false,
        approver_ids: [],
        longest_session_minutes: null,
        end_behaviour: "end_session",
      },
      names: [],
      pending_change_id: null,
      valid_from: iso(),
      valid_until: null,
    },
  ];

  etag(key: string): string {
    return `"${this.versions.get(key) ?? 1}"`;
  }

  touch(key: string) {
    this.versions.set(key, (this.versions.get(key) ?? 1) + 1);
  }

  owner(): Api.Technician {
    const owner = this.technicians.find(({ id: known }) => known === this.technicianId);
    if (!owner) throw new Error("the owner is not set up");
    return owner;
  }

  me(): Api.Me {
    const { id: technicianId, name, username, email } = this.owner();
    return {
      technician: { id: technicianId, name, username, email },
      team: { id: this.team.id, name: this.team.name },
      owner: true,
      permissions: ["approve_access_policies", "audit_log", "technicians_and_settings"],
      session: { expires_at: iso(8 * hour), idle_minutes: 30 },
      app_origin: "https://app.localhost:8444",
      mail: false,
    };
  }

  openSession() {
    const [passkey] = this.owner().passkeys;
    for (const session of this.sessions) session.current = false;
    this.sessions.unshift({
      id: id(),
      current: true,
      address: "192.0.2.14",
      user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
      passkey: { id: passkey?.id ?? "", name: passkey?.label ?? "" },
      created_at: iso(),
      last_used_at: iso(),
      expires_at: iso(8 * hour),
    });
  }

  addTenant(name: string): Api.Tenant {
    const tenant: Api.Tenant = {
      id: id(),
      name,
      suspended: false,
      settings: {
        account_prefix: this.team.account_prefix,
        account_mode: this.team.account_mode,
        own: { account_mode: null, account_prefix: null },
        shared_account: null,
        code_scheme: "per_machine",
        offline_days: 14,
        longest_session_minutes: 480,
        sudo_asks: "nothing",
        homes: "kept",
      },
      devices: 0,
      devices_connected: 0,
      created_at: iso(),
    };
    this.tenants.push(tenant);
    this.note("tenant_created", { subject_kind: "tenant", subject_id: tenant.id, subject_name: name });
    return tenant;
  }

  addDevice(tenant: Api.Tenant, name: string, part: Partial<Api.Device> = {}): Api.Device {
    const device: Api.Device = {
      id: id(),
      name,
      tenant: { id: tenant.id, name: tenant.name },
      kind: "non_domain",
      state: "active",
      quarantine_reason: null,
      operating_system: "Debian GNU/Linux 12 (bookworm)",
      agent_version: "0.1.0",
      connected: true,
      last_seen_at: iso(),
      enrolled_at: iso(),
      key_fingerprint: createHash("sha256").update(name).digest("hex").slice(0, 16),
      clock_trusted: true,
      clock_drift_ms: 0,
      offline_until: iso(tenant.settings.offline_days * day),
      sessions: 0,
      key_place: "tpm2",
      accounts: [],
      up_to_date: true,
      ...part,
    };
    this.devices.push(device);
    const counted = this.tenants.find(({ id: known }) => known === tenant.id);
    if (counted) {
      counted.devices += 1;
      counted.devices_connected += device.connected ? 1 : 0;
    }
    this.note("enrolled", { device: { id: device.id, name }, tenant: device.tenant, source: "device" });
    return device;
  }

  addTechnician(name: string, username: string, part: Partial<Api.Technician> = {}): Api.Technician {
    const technician: Api.Technician = {
      id: id(),
      name,
      username,
      account: `${this.team.account_prefix}${username}`,
      email: null,
      state: "invitation",
      status: "active",
      status_reason: null,
      owner: false,
      administrator: false,
      phones: [],
      passkeys: [],
      invitation: null,
      created_at: iso(),
      activated_at: null,
      ...part,
    };
    this.technicians.push(technician);
    return technician;
  }

  addRight(grant: Api.RightGrant): Api.Right {
    const nameIn = (items: readonly Api.Reference[], wanted: string | null) =>
      items.find(({ id: known }) => known === wanted)?.name ?? null;
    const right: Api.Right = {
      id: id(),
      subject: grant.subject,
      subject_name: nameIn([...this.technicians, ...this.departments], grant.subject.id),
      object: grant.object,
      object_name: nameIn([...this.tenants, ...this.groups, ...this.devices], grant.object.id),
      role: { id: grant.role_id, name: nameIn(this.roles, grant.role_id) ?? "" },
      valid_from: grant.valid_from ?? iso(),
      valid_until: grant.valid_until,
      in_force: true,
      created_at: iso(),
    };
    this.rights.push(right);
    for (const concerned of [...this.roles, ...this.departments, ...this.groups]) {
      if ([grant.role_id, grant.subject.id, grant.object.id].includes(concerned.id)) concerned.rights += 1;
    }
    return right;
  }

  codes(tenantId: string): FakeCodes {
    const known = this.#codes.get(tenantId);
    if (known) return known;
    const fresh: FakeCodes = { secrets: [{ key_id: "k7", made_at: iso(-hour), ends_at: null }], confirmed: new Set(), readings: [], mayRead: "yes" };
    this.#codes.set(tenantId, fresh);
    return fresh;
  }

  addChange(part: Partial<Api.Change> & Pick<Api.Change, "kind" | "subject" | "difference">): Api.Change {
    const alone = this.team.administrators === 1;
    const owner = this.owner();
    const change: Api.Change = {
      id: id(),
      state: alone ? "applied_alone" : "pending",
      payload: "",
      author: { id: owner.id, name: owner.name },
      decided_by: null,
      reason: null,
      may_accept: false,
      created_at: iso(),
      decided_at: alone ? iso() : null,
      ...part,
    };
    const { kind, subject, difference } = change;
    const permissions = difference.flatMap(({ field, after }) => (field === "permissions" ? [after] : []));
    const further = {
      ...(kind === "workstation_confirmation" ? { devices: [] } : {}),
      ...(kind === "department_join" || kind === "device_group_join" ? { member: null } : {}),
      ...(kind === "role_widen" ? { permissions } : {}),
      ...(kind === "policy_activate" ? { policy: null } : {}),
    };
    const content = { version: 1, kind, subject, difference, right: null, target: null, number: null, ...further };
    change.payload = Buffer.from(JSON.stringify(content)).toString("base64url");
    this.changes.unshift(change);
    return change;
  }

  note(kind: string, part: Partial<Api.AuditEvent> = {}): Api.AuditEvent {
    const actor = this.technicians.find(({ id: known }) => known === this.technicianId);
    const event: Api.AuditEvent = {
      id: id(),
      source: "portal",
      sequence: this.events.length + 1,
      hash: secret(),
      at: iso(),
      received_at: iso(),
      clock_trusted: true,
      kind,
      outcome: part.source === "device" ? "success" : "noted",
      reason: null,
      tenant: null,
      device: null,
      technician: null,
      actor: actor && part.source !== "device" ? { id: actor.id, name: actor.name } : null,
      account: null,
      session_id: null,
      request_id: null,
      service: null,
      terminal: null,
      remote_host: null,
      ticket: null,
      stated_reason: null,
      count: 1,
      duration_ms: null,
      subject_kind: null,
      subject_id: null,
      subject_name: null,
      ...part,
    };
    this.events.unshift(event);
    return event;
  }
}
