import type { Right } from "../../api/types";
import type { Texts } from "../../texts/en";

export function subjectWords(texts: Texts, right: Right): string {
  return right.subject.kind === "everyone" ? texts.rights.everyone : (right.subject_name ?? "–");
}

export function objectWords(texts: Texts, right: Right): string {
  const { kind, section } = right.object;
  if (kind === "all_devices") return texts.rights.allDevices;
  if (kind === "section") return section ? texts.rights.sections[section] : texts.rights.objects.section;
  return right.object_name ?? "–";
}

/** Whether it reaches a technician by way of a department or of everyone, and not as a right of their own. */
export const isInherited = ({ subject }: Right): boolean => subject.kind !== "technician";

/** By which way a right reaches a technician. */
export function originWords(texts: Texts, right: Right): string {
  switch (right.subject.kind) {
    case "technician":
      return texts.rights.own;
    case "department":
      return texts.rights.byDepartment(right.subject_name ?? "–");
    case "everyone":
      return texts.rights.byEveryone;
  }
}

export type Access = "devices" | "sections";

export const accessOf = ({ object }: Right): Access => (object.kind === "section" ? "sections" : "devices");
