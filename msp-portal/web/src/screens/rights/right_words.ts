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
