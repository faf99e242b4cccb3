import type { Policy } from "../../api/types";
import type { Texts } from "../../texts/en";
import { weekWords } from "./week";

function namesOf(texts: Texts, policy: Policy, ids: readonly string[]): string[] {
  const names = new Map(policy.names.map(({ id, name }) => [id, name]));
  const known = ids.flatMap((id) => names.get(id) ?? []);
  const gone = ids.length - known.length;
  return gone === 0 ? known : [...known, texts.policies.gone(gone)];
}

const listed = (texts: Texts, names: readonly string[]) => (names.length === 0 ? texts.policies.nobody : names.join(", "));

export function deviceWords(texts: Texts, policy: Policy): string {
  const { all, group_ids, device_ids } = policy.devices;
  return all ? texts.policies.allDevices : listed(texts, namesOf(texts, policy, [...group_ids, ...device_ids]));
}

export function subjectsWords(texts: Texts, policy: Policy): string {
  const { all, directory_imported, department_ids, technician_ids } = policy.subjects;
  if (all) return texts.policies.allSubjects;
  const imported = directory_imported ? [texts.policies.directoryImported] : [];
  return listed(texts, [...imported, ...namesOf(texts, policy, [...department_ids, ...technician_ids])]);
}

export function timeWords(texts: Texts, locale: string, { conditions }: Policy): string {
  const { time_windows } = conditions;
  return time_windows.length === 0 ? texts.policies.always : weekWords(time_windows, locale, texts.policies.allDay);
}

export function ticketWords(texts: Texts, { conditions }: Policy): string {
  if (!conditions.ticket_required) return texts.policies.notRequired;
  return conditions.ticket_pattern === null ? texts.policies.required : texts.policies.ticketLike(conditions.ticket_pattern);
}

export function approvalWords(texts: Texts, policy: Policy): string {
  const { approver_ids } = policy.conditions;
  if (approver_ids.length === 0) return texts.policies.notRequired;
  return texts.policies.approvalBy(namesOf(texts, policy, approver_ids).join(", "));
}

/** In one line what has to hold besides a right: hours, ticket, reason, approval. */
export function conditionWords(texts: Texts, locale: string, policy: Policy): string {
  const { conditions } = policy;
  return [
    timeWords(texts, locale, policy),
    ...(conditions.ticket_required ? [texts.policies.ticket] : []),
    ...(conditions.reason_required ? [texts.policies.reason] : []),
    ...(conditions.approver_ids.length > 0 ? [texts.policies.approval] : []),
  ].join(", ");
}
