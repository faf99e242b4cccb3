import type { Change } from "../../api/types";
import type { Texts } from "../../texts/en";
import { readWindows, weekWords } from "../policies/week";
import { permissionName } from "../roles/permission_groups";

type Field = Change["difference"][number]["field"];

/** Fields that are times, for those who show them as such. */
export const isTime = (field: Field) => field === "valid_from" || field === "valid_until";

/** Whether what is there is changed: then nothing in a line is a value that holds now, and not the lack of everything. */
export const isRevision = ({ kind, difference }: Pick<Change, "kind" | "difference">): boolean =>
  kind === "policy_activate" && !difference.some(({ field, before }) => field === "name" && before === null);

/** What nothing means where the field has one. */
export function nothingWords(texts: Texts, field: Field): string {
  if (field === "valid_until") return texts.common.forever;
  if (field === "longest_session_minutes") return texts.policies.asCustomer;
  return texts.requests.nothing;
}

/** The value of a line in a person's words. What the page does not know is shown as it is, never left out. */
export function differenceWords(texts: Texts, locale: string, field: Field, value: string): string {
  const words = texts.policies;
  switch (field) {
    case "quarantine":
      return texts.devices.quarantine.reasonWords[value] ?? value;
    case "code_scheme":
      return value === "per_machine" || value === "per_tenant" ? texts.settingsOfCustomer.schemes[value] : value;
    case "longest_session_minutes":
      return /^\d+$/.test(value) ? texts.settingsOfCustomer.minutes(Number(value)) : value;
    case "permissions":
      return permissionName(texts, value);
    case "holders":
      return /^\d+$/.test(value) ? texts.requests.holders(Number(value)) : value;
    case "rights": {
      const more = /^\+(\d+)$/.exec(value);
      return more ? texts.common.andMore(Number(more[1])) : value;
    }
    case "kind":
      return value === "domain" || value === "non_domain" || value === "any" ? words.kinds[value] : value;
    case "devices":
      return value === "all" ? words.allDevices : value;
    case "subjects":
      return subjectsWords(texts, value);
    case "time_windows":
      return windowsWords(texts, locale, value);
    case "ticket":
      return ticketWords(texts, value);
    case "reason":
      return value === "required" ? words.required : value === "no" ? words.notRequired : value;
    case "approvers":
      return value === "nobody" ? words.nobody : value;
    case "end_behaviour":
      return value === "end_session" || value === "keep_until_logout" ? words.ends[value] : value;
    default:
      return value;
  }
}

function subjectsWords(texts: Texts, value: string): string {
  if (value === "all") return texts.policies.allSubjects;
  const imported = "directory_imported";
  if (value !== imported && !value.startsWith(`${imported}, `)) return value;
  return `${texts.policies.directoryImported}${value.slice(imported.length)}`;
}

function windowsWords(texts: Texts, locale: string, value: string): string {
  if (value === "always") return texts.policies.always;
  const windows = readWindows(value);
  return windows === null ? value : weekWords(windows, locale, texts.policies.allDay);
}

function ticketWords(texts: Texts, value: string): string {
  if (value === "no") return texts.policies.notRequired;
  if (value === "required") return texts.policies.required;
  const like = /^required (.+)$/.exec(value);
  return like?.[1] ? texts.policies.ticketLike(like[1]) : value;
}
