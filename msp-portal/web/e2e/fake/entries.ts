// Who may enter what on the fake portal: by its rights and policies, not by the whole rules.
import type * as Api from "../../src/api/types.ts";
import { find, type Handler, notFound, ok } from "./answers.ts";
import type { FakeState } from "./state.ts";

function rightsInto(state: FakeState, technician: Api.Reference, device: Api.Device): Api.Right[] {
  const holds = (holders: readonly { id: string; members: readonly Api.Reference[] }[], member: string) =>
    holders.filter(({ members }) => find(members, member)).map(({ id }) => id);
  const subjects = [technician.id, ...holds(state.departments, technician.id)];
  const objects = [device.id, device.tenant.id, ...holds(state.groups, device.id)];
  return state.rights.filter(
    ({ subject, object }) =>
      (subject.id === null || subjects.includes(subject.id)) &&
      (object.kind === "all_devices" || (object.id !== null && objects.includes(object.id))),
  );
}

function missingOf(technician: Api.Technician, device: Api.Device, rights: readonly Api.Right[], policies: readonly Api.Policy[]): Api.Entry["missing"] {
  if (device.state !== "active") return "device_suspended";
  if (technician.state !== "activated") return "technician_not_activated";
  if (technician.status !== "active") return "technician_disabled";
  if (rights.length === 0) return "no_right";
  if (policies.length === 0) return "no_policy";
  return policies.some(({ conditions }) => conditions.time_windows.length === 0) ? null : "outside_time_window";
}

function entryOf(state: FakeState, technician: Api.Technician, device: Api.Device): Api.Entry {
  const rights = rightsInto(state, technician, device);
  const policies = state.policies.filter((policy) => policy.state === "active");
  const missing = missingOf(technician, device, rights, policies);
  const answer = missing === null ? "allowed" : missing === "outside_time_window" ? "conditional" : "refused";
  const may = answer !== "refused";
  const hasPhone = technician.phones.length > 0;
  const offline = !may ? null : !hasPhone ? "no_phone" : device.offline_until === null ? "never_synced" : null;
  return {
    technician: { id: technician.id, name: technician.name },
    device: { id: device.id, name: device.name },
    tenant: device.tenant,
    account: technician.account,
    answer,
    missing,
    ends_at: null,
    online: {
      possible: may && hasPhone && device.connected,
      obstacle: !may ? null : !hasPhone ? "no_phone" : device.connected ? null : "away",
    },
    offline: { possible: may && offline === null, obstacle: offline, until: may ? device.offline_until : null, up_to_date: device.up_to_date },
    rights,
    policies: policies.map(({ id, name, conditions, valid_from, valid_until }) => ({
      policy: { id, name },
      missing: conditions.time_windows.length === 0 ? null : "outside_time_window",
      valid_from,
      valid_until,
    })),
  };
}

const mayEnter = ({ answer }: Api.Entry) => answer !== "refused";

/** Who would lose what without a right; of anything else the fake portal says that it moves nobody. */
export function effectOf(state: FakeState, method: string, path: readonly string[]): Api.Effect {
  const right = method === "DELETE" && path[0] === "rights" ? find(state.rights, path[1]) : undefined;
  if (!right) return { gains: [], losses: [] };
  const losses: Api.Effect["losses"] = [];
  for (const technician of state.technicians) {
    const opened = state.devices.filter((device) => mayEnter(entryOf(state, technician, device)));
    const lost = opened.filter((device) => rightsInto(state, technician, device).every(({ id }) => id === right.id));
    if (lost.length === 0) continue;
    const devices = lost.slice(0, 5).map(({ id, name }) => ({ id, name }));
    losses.push({ technician: { id: technician.id, name: technician.name }, device_count: lost.length, devices });
  }
  return { gains: [], losses };
}

export const entries: Record<string, Handler> = {
  "GET changes/:/effect": ({ state, path }) => (find(state.changes, path[1]) ? ok({ gains: [], losses: [] }) : notFound()),
  "GET devices/:/entries": ({ state, path }) => {
    const device = find(state.devices, path[1]);
    if (!device) return notFound();
    return ok({ items: state.technicians.map((one) => entryOf(state, one, device)).filter(({ rights }) => rights.length > 0) });
  },
  "GET technicians/:/entries": ({ state, path, query }) => {
    const technician = find(state.technicians, path[1]);
    const tenant = find(state.tenants, query.get("tenant_id") ?? undefined);
    if (!technician || !tenant) return notFound();
    const items = state.devices.filter((device) => device.tenant.id === tenant.id).map((device) => entryOf(state, technician, device));
    return ok({ items: items.filter(({ rights }) => rights.length > 0) });
  },
};
