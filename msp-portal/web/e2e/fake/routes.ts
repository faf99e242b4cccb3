import { idBytes, parseId, purposeHash, purposes } from "@doorward/protocol";
import type * as Api from "../../src/api/types.ts";
import type { components } from "../../src/api/schema.d.ts";
import { type Answer, bytesOf, type Call, challengeHolds, created, drop, find, gone, type Handler, notFound, ok, page, problem } from "./answers.ts";
import { access } from "./access.ts";
import { entries } from "./entries.ts";
import { orderBreakGlass, registerCustodian } from "./break_glass.ts";
import { leaving } from "./leaving.ts";
import { day, type FakeState, hour, id, iso, secret } from "./state.ts";

async function completeSetUp({ state, body, origin }: Call): Promise<Answer> {
  const wish = body as components["schemas"]["SetUpCompletion"];
  if (!state.setUpOpen || wish.secret !== state.setUpSecret) return notFound();
  const technician = parseId<"technician">(state.technicianId);
  if (technician === null || wish.owner === null) return problem(400, "malformed");
  const challenge = await purposeHash(purposes.adminRegister, idBytes(technician), bytesOf(wish.secret));
  if (!(await challengeHolds(wish.registration.client_data_json, "webauthn.create", challenge, origin))) {
    return problem(400, "malformed");
  }
  const { name, username, email, team_name } = wish.owner;
  state.setUpOpen = false;
  state.credential = wish.registration.credential_id;
  state.team = { ...state.team, name: team_name, owner: { id: state.technicianId, name } };
  state.addTechnician(name, username, {
    id: state.technicianId,
    email,
    owner: true,
    administrator: true,
    state: "activated",
    activated_at: iso(),
    passkeys: [{ id: id(), label: wish.label, state: "active", created_at: iso(), last_used_at: null }],
  });
  state.openSession();
  state.note("team_set_up", { subject_kind: "team", subject_name: team_name });
  return { status: 201, body: { state: "active", me: state.me() }, session: secret() };
}

async function signIn({ state, body, origin }: Call): Promise<Answer> {
  const wish = body as components["schemas"]["SignIn"];
  const challenge = await purposeHash(purposes.adminSession, bytesOf(state.nonce));
  const known = wish.nonce === state.nonce && wish.assertion.credential_id === state.credential;
  if (!known || !(await challengeHolds(wish.assertion.client_data_json, "webauthn.get", challenge, origin))) {
    return problem(401, "sign_in_refused");
  }
  state.nonce = "";
  state.openSession();
  return { status: 201, body: state.me(), session: secret() };
}

const sharedNumber = "4711";

function rulesBy(state: FakeState, wish: Api.AccountWish) {
  const account_prefix = wish.account_prefix ?? state.team.account_prefix;
  return {
    account_mode: wish.account_mode ?? state.team.account_mode,
    account_prefix,
    shared_account: `${account_prefix}${sharedNumber}`,
  };
}

function accountsBy(state: FakeState, rules: Omit<Api.AccountPlan["before"], "code_scheme">): Api.PlannedAccount[] {
  if (rules.account_mode === "shared") return [{ name: rules.shared_account, technician: null }];
  return state.technicians
    .filter((technician) => technician.state === "activated" && technician.phones.length > 0)
    .map(({ id: technicianId, name, username }) => ({
      name: `${rules.account_prefix}${username}`,
      technician: { id: technicianId, name },
    }));
}

function planAccounts({ state, path, query }: Call): Answer {
  const tenant = find(state.tenants, path[1]);
  if (!tenant) return notFound();
  const mode = query.get("account_mode");
  const before = rulesBy(state, tenant.settings.own);
  const accounts = { account_mode: mode === "named" || mode === "shared" ? mode : null, account_prefix: query.get("account_prefix") } as const;
  const scheme = query.get("code_scheme");
  const [codesBefore, codesAfter] = [tenant.settings.code_scheme, scheme === "per_tenant" || scheme === "per_machine" ? scheme : tenant.settings.code_scheme];
  const after = rulesBy(state, accounts);
  const without = (some: Api.PlannedAccount[], others: Api.PlannedAccount[]) =>
    some.filter(({ name }) => !others.some((other) => other.name === name));
  const [old, fresh] = [accountsBy(state, before), accountsBy(state, after)];
  return ok({
    before: { ...before, code_scheme: codesBefore },
    after: { ...after, code_scheme: codesAfter },
    locked: without(old, fresh),
    made: without(fresh, old),
    workstations: state.devices
      .filter((device) => device.tenant.id === tenant.id)
      .map(({ id: deviceId, name, connected, last_seen_at, sessions }) => ({
        id: deviceId,
        name,
        connected,
        last_seen_at,
        sessions: sessions ?? 0,
      })),
  } satisfies Api.AccountPlan);
}

function switchAccounts({ state, path, body, ifMatch, changed }: Call): Answer {
  const tenant = find(state.tenants, path[1]);
  if (!tenant) return notFound();
  const key = `tenant/${tenant.id}`;
  if (ifMatch !== state.etag(key)) return problem(412, "version_outdated");
  const before = tenant.settings.own;
  const { code_scheme: codes, ...wish } = body as Api.AccountSwitchWish;
  const rules = rulesBy(state, wish);
  const code_scheme_before = tenant.settings.code_scheme;
  const narrows = codes === "per_machine" && code_scheme_before === "per_tenant";
  const change = codes === "per_tenant" && code_scheme_before === "per_machine" ? shareCodes(state, tenant) : null;
  tenant.settings = {
    ...tenant.settings,
    own: wish,
    code_scheme: narrows ? "per_machine" : change?.state === "applied_alone" ? "per_tenant" : code_scheme_before,
    account_mode: rules.account_mode,
    account_prefix: rules.account_prefix,
    shared_account: rules.account_mode === "shared" ? rules.shared_account : null,
  };
  state.touch(key);
  if (change?.state !== "pending") state.switches.set(tenant.id, {
    last: { before, code_scheme_before, by: { id: state.owner().id, name: state.owner().name }, at: iso() },
    workstations: state.devices
      .filter((device) => device.tenant.id === tenant.id)
      .map(({ id: deviceId, name, connected, last_seen_at }) => ({
        id: deviceId,
        name,
        connected,
        last_seen_at,
        progress: connected ? "following" : "waiting",
        open_accounts: [],
      })),
  });
  changed("tenants");
  if (change) changed("changes");
  return ok({ tenant, change } satisfies components["schemas"]["TenantSettingsResult"], state.etag(key));
}

function shareCodes(state: FakeState, tenant: Api.Tenant) {
  return state.addChange({
    kind: "tenant_code_scheme",
    subject: { kind: "tenant", id: tenant.id, name: tenant.name },
    difference: [{ field: "code_scheme", before: "per_machine", after: "per_tenant" }],
  });
}

function tenantCodes(state: FakeState, tenantId: string): Api.TenantCodes {
  const shared = find(state.tenants, tenantId)?.settings.code_scheme === "per_tenant";
  const codes = state.codes(tenantId);
  return {
    secrets: shared ? codes.secrets : [],
    overlap_hours: 24,
    workstations: state.devices
      .filter((device) => device.tenant.id === tenantId && device.state === "active")
      .map(({ id: deviceId, name }) => ({ id: deviceId, name, confirmed: codes.confirmed.has(deviceId) })),
    readings: codes.readings,
    may_read: codes.readings.some(({ technician }) => technician.id === state.owner().id) ? "read_before" : codes.mayRead,
  };
}

function confirmWorkstations({ state, path, body, changed }: Call): Answer {
  const tenant = find(state.tenants, path[1]);
  if (!tenant) return notFound();
  const { device_ids } = body as components["schemas"]["WorkstationConfirmation"];
  const change = state.addChange({
    kind: "workstation_confirmation",
    subject: { kind: "tenant", id: tenant.id, name: tenant.name },
    difference: device_ids.map((device) => ({ field: "workstation", before: null, after: find(state.devices, device)?.name ?? "" })),
  });
  if (change.state === "applied_alone") for (const device of device_ids) state.codes(tenant.id).confirmed.add(device);
  changed("changes");
  changed("tenants");
  return ok({ change });
}

function replaceCodes({ state, path, body, changed }: Call): Answer {
  const codes = state.codes(path[1] ?? "");
  const { at_once } = body as components["schemas"]["TenantCodesReplacement"];
  const [old] = codes.secrets;
  codes.secrets = [{ key_id: "p4", made_at: iso(), ends_at: null }, ...(old && !at_once ? [{ ...old, ends_at: iso(day) }] : [])];
  codes.readings = [];
  changed("tenants");
  return ok(tenantCodes(state, path[1] ?? ""));
}

function readCodes({ state, path, changed }: Call): Answer {
  const codes = state.codes(path[1] ?? "");
  codes.readings.push({ technician: { id: state.owner().id, name: state.owner().name }, at: iso() });
  changed("tenants");
  const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
  return ok({ otpauth_uri: `otpauth://totp/Northlight:Harbor%20Dental%C2%B7k7?secret=${secret}&issuer=Northlight&algorithm=SHA1&digits=6&period=30` });
}

function grantRight({ state, body, changed }: Call): Answer {
  const wish = body as Api.RightGrant;
  const after = find(state.roles, wish.role_id)?.name ?? null;
  const subject = find(state.technicians, wish.subject.id ?? undefined);
  const change = state.addChange({
    kind: "right_grant",
    subject: { kind: wish.subject.kind, id: wish.subject.id, name: subject?.name ?? null },
    difference: [
      { field: "role", before: null, after },
      { field: "object", before: null, after: wish.object.kind },
    ],
  });
  if (change.state === "applied_alone") state.addRight(wish);
  changed("rights");
  changed("changes");
  return created({ change });
}

function rightsReaching({ state, query }: Call): Answer {
  const [technician, department, role] = [query.get("technician_id"), query.get("department_id"), query.get("role_id")];
  const [tenant, device, group] = [query.get("tenant_id"), query.get("device_id"), query.get("device_group_id")];
  const subjects = [technician, department, ...state.departments.filter(({ members }) => find(members, technician ?? undefined)).map((of) => of.id)];
  const objects = [
    tenant,
    device,
    group,
    find(state.devices, device ?? undefined)?.tenant.id,
    find(state.groups, group ?? undefined)?.tenant.id,
    ...state.groups.filter(({ members }) => find(members, device ?? undefined)).map((of) => of.id),
  ];
  const reaching = state.rights.filter((right) => {
    const { subject, object } = right;
    if (role !== null && right.role.id !== role) return false;
    if (technician !== null && !subjects.includes(subject.id) && subject.kind !== "everyone") return false;
    if (department !== null && subject.id !== department) return false;
    const anywhere = tenant === null && device === null && group === null;
    return anywhere || object.kind === "all_devices" || (object.id !== null && objects.includes(object.id));
  });
  return page(reaching, query);
}

function updateSettings({ state, path, body, ifMatch, changed }: Call): Answer {
  const tenant = find(state.tenants, path[1]);
  if (!tenant) return notFound();
  const key = `tenant/${tenant.id}`;
  if (ifMatch !== state.etag(key)) return problem(412, "version_outdated");
  const wish = body as components["schemas"]["TenantSettingsUpdate"];
  if (wish.homes !== undefined) tenant.settings.homes = wish.homes;
  const field = wish.longest_session_minutes === undefined ? "offline_days" : "longest_session_minutes";
  const before = tenant.settings[field];
  const after = wish[field] ?? before;
  let change: Api.Change | null = null;
  if (after > before) {
    change = state.addChange({
      kind: field === "offline_days" ? "tenant_offline_days" : "tenant_longest_session",
      subject: { kind: "tenant", id: tenant.id, name: tenant.name },
      difference: [{ field, before: String(before), after: String(after) }],
    });
  }
  if (change === null || change.state === "applied_alone") tenant.settings[field] = after;
  state.touch(key);
  changed("tenants");
  return ok({ tenant, change }, state.etag(key));
}

function rename<Item extends { id: string; name: string }>(kind: string, items: (state: FakeState) => Item[]): Handler {
  return ({ state, path, body, ifMatch, changed }) => {
    const item = find(items(state), path[1]);
    if (!item) return notFound();
    const key = `${kind}/${item.id}`;
    if (ifMatch !== state.etag(key)) return problem(412, "version_outdated");
    item.name = (body as { name: string }).name;
    state.touch(key);
    changed(kind === "tenant" ? "tenants" : "devices");
    return ok(item, state.etag(key));
  };
}

function invite({ state, body, origin, changed }: Call): Answer {
  const wish = body as components["schemas"]["TechnicianInvite"];
  if (state.technicians.some(({ username }) => username === wish.username)) return problem(409, "name_taken");
  const expires_at = iso(7 * day);
  const technician = state.addTechnician(wish.name, wish.username, {
    email: wish.email,
    invitation: { sent_to: null, expires_at, expired: false },
  });
  const linkSecret = secret();
  state.invitations.set(linkSecret, technician.id);
  const changes = wish.rights.map(({ object, role_id, valid_from, valid_until }) => {
    const grant = { subject: { kind: "technician" as const, id: technician.id }, object, role_id, valid_from, valid_until };
    state.addRight(grant);
    return state.addChange({
      kind: "right_grant",
      subject: { kind: "technician", id: technician.id, name: technician.name },
      difference: [],
    });
  });
  changed("technicians");
  return created({ technician, link: `${origin}/invitation#${linkSecret}`, mailed: false, expires_at, changes });
}

const pairingLink = () => ({ link: `https://app.localhost:8444/pair#${secret()}`, expires_at: iso(hour / 4) });

function decide(next: Api.ChangeState): Handler {
  return async ({ state, path, body, origin, changed }) => {
    const change = find(state.changes, path[1]);
    const changeId = parseId(path[1] ?? "");
    if (!change || changeId === null) return notFound();
    if (change.state !== "pending") return problem(409, "change_decided");
    const { assertion, reason } = body as { assertion?: components["schemas"]["Assertion"]; reason?: string };
    if (next === "accepted") {
      const challenge = await purposeHash(purposes.change, idBytes(changeId), bytesOf(change.payload));
      const holds =
        assertion?.credential_id === state.credential &&
        (await challengeHolds(assertion.client_data_json, "webauthn.get", challenge, origin));
      if (!holds) return problem(400, "ceremony_refused");
    }
    const owner = state.owner();
    change.state = next;
    change.reason = reason ?? null;
    change.decided_by = { id: owner.id, name: owner.name };
    change.decided_at = iso();
    changed("changes");
    return ok(change);
  };
}

async function acceptRestore({ state, body, origin, changed }: Call): Promise<Answer> {
  const { restore } = state;
  const life = parseId(restore?.incarnation ?? "");
  if (restore === null || life === null) return problem(409, "conflict");
  const { assertion } = body as components["schemas"]["RestoreAcceptance"];
  const challenge = await purposeHash(purposes.change, idBytes(life), bytesOf(restore.payload));
  const holds =
    assertion.credential_id === state.credential &&
    (await challengeHolds(assertion.client_data_json, "webauthn.get", challenge, origin));
  if (!holds) return problem(400, "ceremony_refused");
  if (restore.needs_another_person) {
    state.restore = { ...restore, accepted_by: state.team.owner, needs_another_person: false, may_accept: false };
  } else {
    state.restore = null;
    state.team = { ...state.team, restored_at: null };
  }
  changed("team");
  changed("devices");
  return ok({ restore: state.restore });
}

function audit({ state, query }: Call): Answer {
  const wanted = (event: Api.AuditEvent) =>
    (query.get("kind") ?? event.kind) === event.kind &&
    (query.get("outcome") ?? event.outcome) === event.outcome &&
    (query.get("tenant_id") ?? event.tenant?.id) === event.tenant?.id &&
    (query.get("device_id") ?? event.device?.id) === event.device?.id &&
    (query.get("technician_id") ?? event.technician?.id) === event.technician?.id &&
    (query.get("from") ?? event.at) <= event.at &&
    (query.get("until") ?? "9999") > event.at;
  return page(state.events.filter(wanted), query);
}

function createToken({ state, path, body, changed }: Call): Answer {
  const wish = body as components["schemas"]["EnrolmentTokenCreate"];
  const token: Api.EnrolmentToken = {
    id: id(),
    tenant_id: path[1] ?? "",
    label: wish.label,
    uses: 0,
    uses_allowed: wish.uses_allowed,
    state: "open",
    expires_at: iso(wish.valid_hours * hour),
    created_at: iso(),
    created_by: state.team.owner,
  };
  state.tokens.unshift(token);
  changed("enrolment_tokens");
  const text = `dwe1:app.localhost:8444:${secret()}${secret().slice(0, 43)}`;
  return created({
    enrolment_token: token,
    token: text,
    install_command: `printf '%s\\n' '${text}' | sudo doorward enrol --token-file -`,
  });
}

const status = (next: Api.Technician["status"]): Handler => ({ state, path, body, changed }) => {
  const technician = find(state.technicians, path[1]);
  if (!technician) return notFound();
  technician.status = next;
  technician.status_reason = (body as { reason?: string }).reason ?? null;
  changed("technicians");
  if (next === "disabled") return ok(technician, state.etag(`technician/${technician.id}`));
  const subject = { kind: "technician" as const, id: technician.id, name: technician.name };
  return ok({ change: state.addChange({ kind: "technician_enable", subject, difference: [] }) });
};

function resume<Item extends Api.Reference>(
  kind: Api.Change["kind"],
  subjectKind: Api.Change["subject"]["kind"],
  items: (state: FakeState) => readonly Item[],
  end: (item: Item) => void,
): Handler {
  return ({ state, path, changed }) => {
    const item = find(items(state), path[1]);
    if (!item) return notFound();
    const reason = "quarantine_reason" in item ? (item.quarantine_reason as string | null) : null;
    const difference: Api.Change["difference"] = [
      reason === null ? { field: "suspended", before: "true", after: "false" } : { field: "quarantine", before: reason, after: null },
    ];
    const change = state.addChange({ kind, subject: { kind: subjectKind, id: item.id, name: item.name }, difference });
    if (change.state === "applied_alone") end(item);
    changed(subjectKind === "device" ? "devices" : "tenants");
    changed("changes");
    return ok({ change });
  };
}

const one = <Item extends { id: string }>(kind: string, items: (state: FakeState) => Item[]): Handler =>
  ({ state, path }) => {
    const item = find(items(state), path[1]);
    return item ? ok(item, state.etag(`${kind}/${item.id}`)) : notFound();
  };

/** The operations that need no session. */
export const open: Record<string, Handler> = {
  "GET health": () => ok({ state: "ok", version: "0.1.0" }),
  "POST session/nonce": ({ state }) => {
    state.nonce = secret();
    return ok({ nonce: state.nonce, rp_id: "localhost" });
  },
  "POST session": signIn,
  "POST set-up/look-up": ({ state, body }) => {
    if (!state.setUpOpen || (body as { secret: string }).secret !== state.setUpSecret) return notFound();
    return ok({
      id: id(),
      kind: "owner",
      team: { id: state.team.id, name: state.team.name },
      technician: { id: state.technicianId, name: "Owner", username: "owner", email: null },
      rp_id: "localhost",
      expires_at: iso(day),
    } satisfies Api.SetUp);
  },
  "POST set-up/complete": completeSetUp,
  "POST invitations/look-up": ({ state, body }) => {
    const technician = find(state.technicians, state.invitations.get((body as { secret: string }).secret));
    if (!technician) return notFound();
    const { id: technicianId, name, username } = technician;
    const team = { id: state.team.id, name: state.team.name };
    return ok({ team, technician: { id: technicianId, name, username }, expires_at: iso(day) } satisfies Api.Invitation);
  },
  "POST invitations/accept": () => ok(pairingLink()),
};

export const inside: Record<string, Handler> = {
  "DELETE session": () => ({ status: 204, session: null }),
  "GET me": ({ state }) => ok(state.me()),
  "GET me/sessions": ({ state }) => ok({ items: state.sessions }),
  "POST me/sessions/end-others": ({ state }) => {
    state.sessions.splice(0, state.sessions.length, ...state.sessions.filter(({ current }) => current));
    return gone;
  },
  "DELETE me/sessions/:": ({ state, path }) => (drop(state.sessions, path[2]) ? gone : notFound()),
  "DELETE me/passkeys/:": ({ state, path, changed }) => {
    const { passkeys } = state.owner();
    const working = passkeys.filter(({ state: known }) => known === "active");
    if (working.length === 1 && working[0]?.id === path[2]) return problem(409, "conflict", "This is your only working passkey.");
    const dropped = drop(passkeys, path[2]);
    changed("technicians");
    return dropped ? gone : notFound();
  },
  "GET team": ({ state }) => ok(state.team, state.etag("team")),
  "PATCH team": ({ state, body, ifMatch, changed }) => {
    if (ifMatch !== state.etag("team")) return problem(412, "version_outdated");
    state.team = { ...state.team, ...(body as components["schemas"]["TeamUpdate"]) };
    state.touch("team");
    changed("team");
    return ok(state.team, state.etag("team"));
  },
  "PUT me/custodian-key": registerCustodian,
  "GET custodians": ({ state }) =>
    ok({ items: state.custodians.map(({ technician, passkey, registered_at }) => ({ technician, passkey, registered_at })) }),
  "GET devices/:/break-glass": ({ state, path }) => ok({ break_glass: state.breakGlass.get(path[1] ?? "") ?? null }),
  "POST devices/:/break-glass": orderBreakGlass,
  "GET restore": ({ state }) => ok({ restore: state.restore }),
  "POST restore/accept": acceptRestore,
  ...leaving,
  "GET dashboard": ({ state }) =>
    ok({
      tenants: state.tenants.length,
      devices: state.devices.length,
      devices_connected: state.devices.filter(({ connected }) => connected).length,
      technicians: state.technicians.filter(({ state: known }) => known === "activated").length,
      technicians_invited: state.technicians.filter(({ state: known }) => known === "invitation").length,
      pending_changes: state.changes.filter(({ state: known }) => known === "pending").length,
      sign_ins_today: state.events.filter(({ kind, outcome }) => kind.startsWith("sign_in") && outcome === "success").length,
      codes_used_twice: state.events.filter(({ kind }) => kind === "code_used_twice").length,
      refusals_today: state.events.filter(({ kind, outcome }) => kind.startsWith("sign_in") && outcome === "refused").length,
      exposed_workstations: new Set(state.exposures.map(({ device }) => device.id)).size,
      exposed_technicians: new Set(state.exposures.map(({ technician }) => technician.id)).size,
      unjudged_workstations: state.unjudged.length,
    } satisfies Api.Dashboard),
  "GET tenants": ({ state, query }) => page(state.tenants, query),
  "POST tenants": ({ state, body, changed }) => {
    const { name } = body as components["schemas"]["TenantCreate"];
    if (state.tenants.some((tenant) => tenant.name === name)) return problem(409, "name_taken");
    changed("tenants");
    return created(state.addTenant(name));
  },
  "GET tenants/:": one("tenant", (state) => state.tenants),
  "PATCH tenants/:": rename("tenant", (state) => state.tenants),
  "PATCH tenants/:/settings": updateSettings,
  "GET tenants/:/account-plan": planAccounts,
  "PUT tenants/:/accounts": switchAccounts,
  "GET tenants/:/account-switch": ({ state, path }) =>
    ok(state.switches.get(path[1] ?? "") ?? ({ last: null, workstations: [] } satisfies Api.AccountSwitch)),
  "GET tenants/:/codes": ({ state, path }) => (find(state.tenants, path[1]) ? ok(tenantCodes(state, path[1] ?? "")) : notFound()),
  "POST tenants/:/codes/replace": replaceCodes,
  "POST tenants/:/codes/confirmations": confirmWorkstations,
  "POST tenants/:/codes/readings": readCodes,
  "POST tenants/:/suspend": ({ state, path, changed }) => {
    const tenant = find(state.tenants, path[1]);
    if (!tenant) return notFound();
    tenant.suspended = true;
    changed("tenants");
    return ok(tenant);
  },
  "POST tenants/:/resume": resume("tenant_resume", "tenant", (state) => state.tenants, (tenant) => {
    tenant.suspended = false;
  }),
  "GET tenants/:/enrolment-tokens": ({ state, path, query }) =>
    page(state.tokens.filter(({ tenant_id }) => tenant_id === path[1]), query),
  "POST tenants/:/enrolment-tokens": createToken,
  "DELETE enrolment-tokens/:": ({ state, path }) => {
    const token = find(state.tokens, path[1]);
    if (token) token.state = "revoked";
    return token ? gone : notFound();
  },
  "GET devices": ({ state, query }) =>
    page(state.devices.filter(({ tenant }) => (query.get("tenant_id") ?? tenant.id) === tenant.id), query),
  "GET devices/:": one("device", (state) => state.devices),
  "PATCH devices/:": rename("device", (state) => state.devices),
  "DELETE devices/:": ({ state, path, changed }) => {
    changed("devices");
    return drop(state.devices, path[1]) ? gone : notFound();
  },
  "POST devices/:/suspend": ({ state, path, changed }) => {
    const device = find(state.devices, path[1]);
    if (!device) return notFound();
    device.state = "suspended";
    changed("devices");
    return ok(device);
  },
  "POST devices/:/resume": resume("device_resume", "device", (state) => state.devices, (device) => {
    device.state = "active";
    device.quarantine_reason = null;
  }),
  "GET technicians": ({ state, query }) => page(state.technicians, query),
  "POST technicians": invite,
  "GET technicians/:": one("technician", (state) => state.technicians),
  "POST technicians/:/disable": status("disabled"),
  "POST technicians/:/enable": status("active"),
  "POST technicians/:/resend-invitation": ({ state, path, origin, changed }) => {
    const technician = find(state.technicians, path[1]);
    if (!technician) return notFound();
    if (technician.state !== "invitation") return problem(409, "conflict");
    const expires_at = iso(7 * day);
    technician.invitation = { sent_to: null, expires_at, expired: false };
    changed("technicians");
    return ok({ technician, link: `${origin}/invitation#${secret()}`, mailed: false, expires_at, changes: [] });
  },
  "POST technicians/:/withdraw-invitation": ({ state, path, changed }) => {
    changed("technicians");
    return drop(state.technicians, path[1]) ? gone : notFound();
  },
  "POST technicians/:/reset-phone": ({ state, path, changed }) => {
    const technician = find(state.technicians, path[1]);
    if (!technician) return notFound();
    technician.phones = [];
    changed("technicians");
    return ok(pairingLink());
  },
  "POST technicians/:/pairing-link": () => created(pairingLink()),
  "POST technicians/:/administrator-link": ({ origin }) =>
    created({ link: `${origin}/set-up#${secret()}`, mailed: false, expires_at: iso(day) } satisfies Api.SetUpLink),
  "GET rights": rightsReaching,
  "POST rights": grantRight,
  "DELETE rights/:": ({ state, path, changed }) => {
    changed("rights");
    return drop(state.rights, path[1]) ? gone : notFound();
  },
  ...access,
  ...entries,
  "GET changes": ({ state, query }) =>
    page(state.changes.filter((change) => (query.get("state") ?? change.state) === change.state), query),
  "GET changes/:": one("change", (state) => state.changes),
  "POST changes/:/accept": decide("accepted"),
  "POST changes/:/reject": decide("rejected"),
  "POST changes/:/withdraw": decide("withdrawn"),
  "GET audit-events": audit,
};
