import type { Policy } from "../../api/types";
import { StateBadge, type Tone } from "../../parts/badge";
import { useTexts } from "../../texts/texts";

const tones: Record<Policy["state"], Tone> = { pending: "wait", active: "good", retired: "quiet", rejected: "bad" };

export function PolicyState({ policy }: { policy: Policy }) {
  const { states } = useTexts().policies;
  return <StateBadge tone={tones[policy.state]}>{states[policy.state]}</StateBadge>;
}
