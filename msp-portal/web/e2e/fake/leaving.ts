// What was taken from people and is not known everywhere yet, and workstations that Doorward was taken out of.
import type * as Api from "../../src/api/types.ts";
import type { components } from "../../src/api/schema.d.ts";
import { type Answer, type Call, find, type Handler, notFound, ok, page, problem } from "./answers.ts";
import { iso } from "./state.ts";

/** Believes what is signed with the word "good". */
function takeStatement({ state, path, body, changed }: Call): Answer {
  const device = find(state.devices, path[1]);
  if (!device) return notFound();
  const { signature } = body as components["schemas"]["SignedStatement"];
  if (signature !== "good") return problem(400, "statement_forged");
  const removed: Api.RemovedDevice = {
    id: device.id,
    name: device.name,
    tenant: device.tenant,
    removed_at: iso(),
    last_seen_at: device.last_seen_at,
    statement: {
      received_at: iso(),
      brought_by: { id: state.owner().id, name: state.owner().name },
      host_name: device.name.toLowerCase(),
      agent_version: "0.1.0",
      at: iso(),
      clock_trusted: true,
      forced: true,
      missing_events: 3,
      items: [
        { part: "pam", name: "/etc/pam.d/sshd", fate: "remained", note: "still_there" },
        { part: "account", name: "msp-nik", fate: "removed", note: null },
        { part: "home", name: "/home/msp-nik", fate: "kept", note: "/home/.doorward-kept/msp-nik" },
      ],
      more: 0,
    },
  };
  state.devices.splice(state.devices.indexOf(device), 1);
  state.removed.push(removed);
  changed("devices");
  return ok(removed);
}

export const leaving: Record<string, Handler> = {
  "GET offline-exposure": ({ state }) =>
    ok({
      as_of: iso(),
      workstations: new Set(state.exposures.map(({ device }) => device.id)).size,
      technicians: new Set(state.exposures.map(({ technician }) => technician.id)).size,
      items: state.exposures,
      more: 0,
      unjudged_workstations: state.unjudged.length,
      unjudged: state.unjudged,
    } satisfies components["schemas"]["OfflineExposure"]),
  "GET removed-devices": ({ state, query }) => page(state.removed, query),
  "POST devices/:/removal-statement": takeStatement,
};
