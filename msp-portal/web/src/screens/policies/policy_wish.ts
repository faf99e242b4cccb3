import { isTicketPattern } from "@doorward/protocol";
import type { Policy, PolicyDraft } from "../../api/types";
import { isName } from "../../parts/names";
import { editable, type EditedHours, readWeek } from "./week";

/** A policy as the form holds it, complete or not. */
export interface PolicyWish {
  name: string;
  description: string;
  kind: PolicyDraft["kind"];
  allDevices: boolean;
  groupIds: string[];
  deviceIds: string[];
  allSubjects: boolean;
  directoryImported: boolean;
  departmentIds: string[];
  technicianIds: string[];
  anyTime: boolean;
  hours: readonly EditedHours[];
  ticketRequired: boolean;
  ticketPattern: string;
  reasonRequired: boolean;
  longestMinutes: number | string;
  endBehaviour: PolicyDraft["conditions"]["end_behaviour"];
  /** As `datetime-local` writes it; empty for none. */
  from: string;
  until: string;
}

export type WishTrouble = "name" | "description" | "devices" | "subjects" | "hours" | "pattern" | "longest" | "until";

const longestDescription = 500;

/** All workstations of any kind, for all who hold a right, at any time, without a question: what most begin with. */
export const startingWish: PolicyWish = {
  name: "",
  description: "",
  kind: "any",
  allDevices: true,
  groupIds: [],
  deviceIds: [],
  allSubjects: true,
  directoryImported: false,
  departmentIds: [],
  technicianIds: [],
  anyTime: true,
  hours: [],
  ticketRequired: false,
  ticketPattern: "",
  reasonRequired: false,
  longestMinutes: "",
  endBehaviour: "end_session",
  from: "",
  until: "",
};

/** The policy to begin from; what it names and is gone is left out. */
export function wishOf(policy: Policy): PolicyWish {
  const known = new Set(policy.names.map(({ id }) => id));
  const there = (ids: readonly string[]) => ids.filter((id) => known.has(id));
  const { devices, subjects, conditions } = policy;
  return {
    name: policy.name,
    description: policy.description,
    kind: policy.kind,
    allDevices: devices.all,
    groupIds: there(devices.group_ids),
    deviceIds: there(devices.device_ids),
    allSubjects: subjects.all,
    directoryImported: subjects.directory_imported,
    departmentIds: there(subjects.department_ids),
    technicianIds: there(subjects.technician_ids),
    anyTime: conditions.time_windows.length === 0,
    hours: editable(conditions.time_windows),
    ticketRequired: conditions.ticket_required,
    ticketPattern: conditions.ticket_pattern ?? "",
    reasonRequired: conditions.reason_required,
    longestMinutes: conditions.longest_session_minutes ?? "",
    endBehaviour: conditions.end_behaviour,
    from: localMoment(policy.valid_from),
    until: policy.valid_until === null ? "" : localMoment(policy.valid_until),
  };
}

export function wishTroubles(wish: PolicyWish): Set<WishTrouble> {
  const { longestMinutes: longest } = wish;
  const troubles: [WishTrouble, boolean][] = [
    ["name", !isName(wish.name)],
    ["description", wish.description.length > longestDescription],
    ["devices", !wish.allDevices && wish.groupIds.length + wish.deviceIds.length === 0],
    [
      "subjects",
      !wish.allSubjects && !wish.directoryImported && wish.departmentIds.length + wish.technicianIds.length === 0,
    ],
    ["hours", !wish.anyTime && readWeek(wish.hours) === null],
    ["pattern", wish.ticketRequired && wish.ticketPattern !== "" && !isTicketPattern(wish.ticketPattern)],
    ["longest", longest !== "" && !(typeof longest === "number" && Number.isInteger(longest) && longest >= 1 && longest <= 1440)],
    ["until", wish.from !== "" && wish.until !== "" && wish.until <= wish.from],
  ];
  return new Set(troubles.filter(([, wrong]) => wrong).map(([trouble]) => trouble));
}

/**
 * What is sent, of a wish without trouble. The form shows minutes: a time of `before` that was not touched stays exact,
 * so that it does not look like a change.
 */
export function draftOf(wish: PolicyWish, before?: Policy): PolicyDraft {
  const { allDevices, allSubjects, ticketRequired, ticketPattern } = wish;
  return {
    name: wish.name.trim(),
    description: wish.description.trim(),
    kind: wish.kind,
    devices: {
      all: allDevices,
      device_ids: allDevices ? [] : wish.deviceIds,
      group_ids: allDevices ? [] : wish.groupIds,
    },
    subjects: {
      all: allSubjects,
      directory_imported: !allSubjects && wish.directoryImported,
      technician_ids: allSubjects ? [] : wish.technicianIds,
      department_ids: allSubjects ? [] : wish.departmentIds,
    },
    conditions: {
      time_windows: wish.anyTime ? [] : (readWeek(wish.hours) ?? []),
      ticket_required: ticketRequired,
      ticket_pattern: ticketRequired && ticketPattern !== "" ? ticketPattern : null,
      reason_required: wish.reasonRequired,
      // The form does not know approvals yet. One that is required is never dropped by the way.
      approver_ids: before?.conditions.approver_ids ?? [],
      longest_session_minutes: typeof wish.longestMinutes === "number" ? wish.longestMinutes : null,
      end_behaviour: wish.endBehaviour,
    },
    valid_from: momentOf(wish.from, before?.valid_from ?? null),
    valid_until: momentOf(wish.until, before?.valid_until ?? null),
  };
}

/** The person's own time, to the minute, as a `datetime-local` field wants it. */
export function localMoment(at: string): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

function momentOf(text: string, exact: string | null): string | null {
  if (text === "") return null;
  return exact !== null && localMoment(exact) === text ? exact : new Date(text).toISOString();
}
