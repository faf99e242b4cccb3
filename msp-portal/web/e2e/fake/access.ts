// Departments, device groups, roles and policies of the fake portal.
import type * as Api from "../../src/api/types.ts";
import type { components } from "../../src/api/schema.d.ts";
import { type Answer, type Call, created, drop, find, gone, type Handler, notFound, ok, problem } from "./answers.ts";
import { type FakeState, id, iso } from "./state.ts";

interface Holder extends Api.Reference {
  members: Api.Reference[];
  member_count: number;
  rights: number;
}

const holding = <Item extends Holder>(items: readonly Item[], member: string | null): readonly Item[] =>
  member === null ? items : items.filter(({ members }) => find(members, member));

const listed = <Item extends Holder>(items: readonly Item[]): Answer => ok({ items: items.map((item) => ({ ...item, members: [] })) });

const one = <Item extends Api.Reference>(kind: string, items: (state: FakeState) => readonly Item[]): Handler =>
  ({ state, path }) => {
    const item = find(items(state), path[1]);
    return item ? ok(item, state.etag(`${kind}/${item.id}`)) : notFound();
  };

const rename = <Item extends Api.Reference>(kind: string, topic: Api.LiveEvent["topic"], items: (state: FakeState) => Item[]): Handler =>
  ({ state, path, body, ifMatch, changed }) => {
    const item = find(items(state), path[1]);
    if (!item) return notFound();
    const key = `${kind}/${item.id}`;
    if (ifMatch !== state.etag(key)) return problem(412, "version_outdated");
    item.name = (body as Api.Reference).name;
    state.touch(key);
    changed(topic);
    return ok(item, state.etag(key));
  };

const removeNamed = <Item extends Api.Reference>(topic: Api.LiveEvent["topic"], items: (state: FakeState) => Item[]): Handler =>
  ({ state, path, query, changed }) => {
    const item = find(items(state), path[1]);
    if (!item) return notFound();
    if (query.get("name") !== item.name) return problem(409, "name_not_confirmed");
    drop(items(state), item.id);
    const going = state.rights.filter(({ subject, object, role }) => [subject.id, object.id, role.id].includes(item.id));
    for (const right of going) drop(state.rights, right.id);
    changed(topic);
    changed("rights");
    return gone;
  };

function join(kind: "department_join" | "device_group_join", holders: (state: FakeState) => Holder[], members: (state: FakeState) => Api.Reference[]): Handler {
  return ({ state, path, changed }) => {
    const holder = find(holders(state), path[1]);
    const member = find(members(state), path[3]);
    if (!holder || !member) return notFound();
    const change =
      holder.rights === 0
        ? null
        : state.addChange({
            kind,
            subject: { kind: kind === "department_join" ? "department" : "device_group", id: holder.id, name: holder.name },
            difference: [{ field: "member", before: null, after: member.name }],
          });
    if (change === null || change.state === "applied_alone") {
      holder.members.push({ id: member.id, name: member.name });
      holder.member_count = holder.members.length;
    }
    changed(kind === "department_join" ? "departments" : "device_groups");
    changed("changes");
    return ok({ change });
  };
}

const leave = (topic: Api.LiveEvent["topic"], holders: (state: FakeState) => Holder[]): Handler =>
  ({ state, path, changed }) => {
    const holder = find(holders(state), path[1]);
    if (!holder || !drop(holder.members, path[3])) return notFound();
    holder.member_count = holder.members.length;
    changed(topic);
    return gone;
  };

function namesBehind(state: FakeState, { devices, subjects, conditions }: Api.PolicyDraft): Api.Reference[] {
  const ids = [
    ...devices.device_ids,
    ...devices.group_ids,
    ...subjects.technician_ids,
    ...subjects.department_ids,
    ...conditions.approver_ids,
  ];
  const known = [...state.devices, ...state.groups, ...state.technicians, ...state.departments];
  return ids.flatMap((wanted) => find(known, wanted) ?? []).map((item) => ({ id: item.id, name: item.name }));
}

function propose({ state, body, changed }: Call): Answer {
  const draft = body as Api.PolicyDraft;
  const policyId = id();
  const change = state.addChange({
    kind: "policy_activate",
    subject: { kind: "policy", id: policyId, name: draft.name },
    difference: [{ field: "name", before: null, after: draft.name }],
  });
  const policy: Api.Policy = {
    ...draft,
    id: policyId,
    state: change.state === "pending" ? "pending" : "active",
    start_policy: false,
    names: namesBehind(state, draft),
    pending_change_id: change.state === "pending" ? change.id : null,
    valid_from: draft.valid_from ?? iso(),
  };
  state.policies.push(policy);
  changed("policies");
  changed("changes");
  return created({ policy, change });
}

function revise({ state, path, body, ifMatch, changed }: Call): Answer {
  const policy = find(state.policies, path[1]);
  if (!policy) return notFound();
  if (ifMatch !== state.etag(`policy/${policy.id}`)) return problem(412, "version_outdated");
  const change = state.addChange({
    kind: "policy_activate",
    subject: { kind: "policy", id: policy.id, name: policy.name },
    difference: [{ field: "name", before: policy.name, after: (body as Api.PolicyDraft).name }],
  });
  policy.pending_change_id = change.state === "pending" ? change.id : null;
  changed("policies");
  return ok({ policy, change });
}

function editRole({ state, path, body, ifMatch, changed }: Call): Answer {
  const role = find(state.roles, path[1]);
  if (!role) return notFound();
  if (role.system) return problem(409, "conflict");
  const key = `role/${role.id}`;
  if (ifMatch !== state.etag(key)) return problem(412, "version_outdated");
  const wish = body as components["schemas"]["RoleUpdate"];
  const given = wish.permissions.filter((permission) => !role.permissions.includes(permission));
  const change =
    given.length === 0 || role.rights === 0
      ? null
      : state.addChange({
          kind: "role_widen",
          subject: { kind: "role", id: role.id, name: wish.name },
          difference: [
            ...given.map((after) => ({ field: "permissions" as const, before: null, after })),
            { field: "holders", before: null, after: String(role.rights) },
          ],
        });
  role.name = wish.name;
  role.permissions = wish.permissions.filter((permission) => change?.state !== "pending" || !given.includes(permission));
  state.touch(key);
  changed("rights");
  return ok({ role, change }, state.etag(key));
}

const offered: Api.RoleList["permissions"] = [
  { purpose: "devices", name: "technician_sign_in" },
  { purpose: "administration", name: "audit_log" },
  { purpose: "administration", name: "technicians_and_settings" },
];

const newHolder = (name: string) => ({ id: id(), name, members: [], member_count: 0, rights: 0, policies: [] });

const nameTaken = (items: readonly Api.Reference[], name: string) => items.some((item) => item.name === name);

export const access: Record<string, Handler> = {
  "GET departments": ({ state, query }) => listed(holding(state.departments, query.get("technician_id"))),
  "POST departments": ({ state, body, changed }) => {
    const { name } = body as Api.Reference;
    if (nameTaken(state.departments, name)) return problem(409, "name_taken");
    const department: Api.Department = newHolder(name);
    state.departments.push(department);
    changed("departments");
    return created(department);
  },
  "GET departments/:": one("department", (state) => state.departments),
  "PATCH departments/:": rename("department", "departments", (state) => state.departments),
  "DELETE departments/:": removeNamed("departments", (state) => state.departments),
  "PUT departments/:/members/:": join("department_join", (state) => state.departments, (state) => state.technicians),
  "DELETE departments/:/members/:": leave("departments", (state) => state.departments),
  "GET device-groups": ({ state, query }) =>
    listed(holding(state.groups, query.get("device_id")).filter(({ tenant }) => (query.get("tenant_id") ?? tenant.id) === tenant.id)),
  "POST device-groups": ({ state, body, changed }) => {
    const { name, tenant_id } = body as components["schemas"]["NewDeviceGroup"];
    const tenant = find(state.tenants, tenant_id);
    if (!tenant) return notFound();
    if (nameTaken(state.groups, name)) return problem(409, "name_taken");
    const group: Api.DeviceGroup = { ...newHolder(name), tenant: { id: tenant.id, name: tenant.name } };
    state.groups.push(group);
    changed("device_groups");
    return created(group);
  },
  "GET device-groups/:": one("device_group", (state) => state.groups),
  "PATCH device-groups/:": rename("device_group", "device_groups", (state) => state.groups),
  "DELETE device-groups/:": removeNamed("device_groups", (state) => state.groups),
  "PUT device-groups/:/members/:": join("device_group_join", (state) => state.groups, (state) => state.devices),
  "DELETE device-groups/:/members/:": leave("device_groups", (state) => state.groups),
  "GET roles": ({ state }) => ok({ items: state.roles, permissions: offered }),
  "POST roles": ({ state, body, changed }) => {
    const role: Api.Role = { id: id(), system: false, rights: 0, ...(body as components["schemas"]["NewRole"]) };
    if (nameTaken(state.roles, role.name)) return problem(409, "name_taken");
    state.roles.push(role);
    changed("rights");
    return created(role);
  },
  "GET roles/:": one("role", (state) => state.roles),
  "PATCH roles/:": editRole,
  "DELETE roles/:": removeNamed("rights", (state) => state.roles),
  "GET policies": ({ state }) => ok({ items: state.policies }),
  "POST policies": propose,
  "GET policies/:": one("policy", (state) => state.policies),
  "PUT policies/:": revise,
  "POST policies/:/retire": ({ state, path, changed }) => {
    const policy = find(state.policies, path[1]);
    if (!policy) return notFound();
    policy.state = "retired";
    policy.pending_change_id = null;
    changed("policies");
    return ok(policy);
  },
};
