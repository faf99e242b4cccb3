export interface WrittenMoment {
  local: string;
  utc: string;
  relative: string;
}

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

export function writeMoment(at: string, now: number, language: string): WrittenMoment {
  const time = new Date(at);
  return {
    local: new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(time),
    utc: `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`,
    relative: relativeTime(time.getTime() - now, language),
  };
}

export function relativeTime(difference: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, length] of steps) {
    if (Math.abs(difference) >= length) return format.format(Math.trunc(difference / length), unit);
  }
  return format.format(0, "second");
}

/** `2:05`, `1:12:09`, or days and hours once it is longer than two days. */
export function remaining(milliseconds: number, language: string): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) {
    const unit = (value: number, name: "day" | "hour") =>
      new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(value);
    return `${unit(Math.floor(hours / 24), "day")} ${unit(hours % 24, "hour")}`;
  }
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export interface Drift {
  direction: "none" | "ahead" | "behind";
  span: string;
}

const spans: readonly [string, number][] = [...steps, ["second", 1000]];
/** What the way of a message may take; no code minds it. */
const unnoticed = 2000;

/** How far a clock is ahead (or, negative, behind), in the largest whole unit. */
export function writeDrift(milliseconds: number, language: string): Drift {
  const size = Math.abs(milliseconds);
  if (size <= unnoticed) return { direction: "none", span: "" };
  const [unit, length] = spans.find(([, length]) => size >= length) ?? ["second", 1000];
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" });
  return { direction: milliseconds > 0 ? "ahead" : "behind", span: format.format(Math.floor(size / length)) };
}
