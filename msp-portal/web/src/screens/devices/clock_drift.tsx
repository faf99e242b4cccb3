import { StateBadge } from "../../parts/badge";
import { writeDrift } from "../../parts/time";
import { useLanguage, useTexts } from "../../texts/texts";

/** What a workstation's clock was off when it last said so; only a connected one does. */
export function ClockDrift({ milliseconds, trusted }: { milliseconds: number | null; trusted: boolean | null }) {
  const words = useTexts().devices;
  const { locale } = useLanguage();
  if (milliseconds === null) return null;
  const text = words.drift(writeDrift(milliseconds, locale));
  return trusted === false ? <StateBadge tone="wait">{text}</StateBadge> : text;
}
