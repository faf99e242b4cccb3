import { Tooltip } from "@mantine/core";
import { useLanguage, useTexts } from "../texts/texts";
import { useMinute, useSecond } from "./clock";
import styles from "./small.module.css";
import { remaining, writeMoment } from "./time";

interface MomentProps {
  at: string | null;
  /** What to say when it never happened. */
  never?: string;
  form?: "relative" | "date";
}

/** A time as people say it here; hovering or focusing shows it in UTC. */
export function Moment({ at, never, form = "relative" }: MomentProps) {
  const { locale } = useLanguage();
  const texts = useTexts();
  const now = useMinute();
  if (at === null) return <span>{never ?? texts.common.never}</span>;
  const written = writeMoment(at, now, locale);
  const other = form === "relative" ? written.local : written.relative;
  return (
    <Tooltip label={`${other} · ${written.utc}`} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} className={styles.moment}>
        {form === "relative" ? written.relative : written.local}
      </time>
    </Tooltip>
  );
}

export function Countdown({ until, over }: { until: string; over: string }) {
  const { locale } = useLanguage();
  const now = useSecond();
  const left = Date.parse(until) - now;
  return <span role="timer">{left > 0 ? remaining(left, locale) : over}</span>;
}
