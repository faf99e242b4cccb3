import type { Technician } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { useTexts } from "../../texts/texts";

export function StateOfTechnician({ technician }: { technician: Technician }) {
  const { states } = useTexts().technicians;
  return <StateBadge tone={technician.state === "activated" ? "good" : "wait"}>{states[technician.state]}</StateBadge>;
}

export function StatusOfTechnician({ technician }: { technician: Technician }) {
  const { statuses } = useTexts().technicians;
  return <StateBadge tone={technician.status === "active" ? "good" : "bad"}>{statuses[technician.status]}</StateBadge>;
}
