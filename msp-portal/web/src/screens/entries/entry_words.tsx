import type { Entry } from "../../api/types";
import type { Tone } from "../../parts/badge";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";

export const answerTones: Record<Entry["answer"], Tone> = { allowed: "good", conditional: "wait", refused: "quiet" };

/** Until when the workstation takes a code without the network, or why it does not. */
export function OfflineWords({ entry: { answer, offline } }: { entry: Entry }) {
  const words = useTexts().entries;
  if (answer === "refused") return "–";
  if (offline.obstacle !== null) return words.obstacles[offline.obstacle];
  return (
    <span>
      {words.offlineUntil} <Moment at={offline.until} form="date" />
    </span>
  );
}
