import type { Right } from "../../api/types";
import { TextLink } from "../../parts/links";
import { useTexts } from "../../texts/texts";
import { objectWords, subjectWords } from "./right_words";

interface RightLinkProps {
  right: Right;
  /** In other words than its name. */
  words?: string;
}

/** Who has it, with the way there. */
export function SubjectLink({ right, words }: RightLinkProps) {
  const texts = useTexts();
  const { kind, id } = right.subject;
  const text = words ?? subjectWords(texts, right);
  if (id === null || kind === "everyone") return text;
  return (
    <TextLink to={kind === "department" ? "/departments/$id" : "/technicians/$id"} params={{ id }}>
      {text}
    </TextLink>
  );
}

const pages = { tenant: "/customers/$id", device: "/devices/$id", device_group: "/device-groups/$id" } as const;

/** Where it counts, with the way there. */
export function ObjectLink({ right }: Pick<RightLinkProps, "right">) {
  const texts = useTexts();
  const { kind, id } = right.object;
  const text = objectWords(texts, right);
  if (id === null || kind === "all_devices" || kind === "section") return text;
  return (
    <TextLink to={pages[kind]} params={{ id }}>
      {text}
    </TextLink>
  );
}
