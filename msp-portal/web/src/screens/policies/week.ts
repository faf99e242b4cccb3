// The hours of a week as a policy keeps them (minutes from Monday 00:00, the device's local time) and as people edit them.

export interface TimeWindow {
  from_minute: number;
  to_minute: number;
}

/** The same hours on some days of the week, Monday being 0. An end at or before its beginning is on the next day. */
export interface DailyHours {
  days: readonly number[];
  from: number;
  to: number;
}

export const day = 1440;
export const week = 7 * day;

/** In order, those that touch or overlap as one. */
export function merged(windows: readonly TimeWindow[]): TimeWindow[] {
  const ordered = [...windows].sort((left, right) => left.from_minute - right.from_minute);
  const result: TimeWindow[] = [];
  for (const { from_minute, to_minute } of ordered) {
    const last = result.at(-1);
    if (last && from_minute <= last.to_minute) last.to_minute = Math.max(last.to_minute, to_minute);
    else result.push({ from_minute, to_minute });
  }
  return result;
}

/** What goes over the end of the week goes on at its beginning. */
export function windowsOf(rows: readonly DailyHours[]): TimeWindow[] {
  const windows = rows.flatMap(({ days, from, to }) =>
    days.flatMap((of) => {
      const from_minute = of * day + from;
      const to_minute = of * day + to + (to <= from ? day : 0);
      if (to_minute <= week) return [{ from_minute, to_minute }];
      return [
        { from_minute, to_minute: week },
        { from_minute: 0, to_minute: to_minute - week },
      ];
    }),
  );
  return merged(windows);
}

interface Span {
  from: number;
  length: number;
}

/** As few rows as say the same: the same hours on several days are one, a night stays whole. */
export function hoursOf(windows: readonly TimeWindow[]): DailyHours[] {
  const rows = new Map<string, { days: number[]; from: number; to: number }>();
  for (const { from, length } of spansOf(windows).flatMap(withinADay)) {
    const start = from % day;
    const end = (start + length) % day;
    const key = `${start}-${end}`;
    const row = rows.get(key) ?? { days: [], from: start, to: end };
    row.days.push(Math.floor(from / day));
    rows.set(key, row);
  }
  return [...rows.values()].map((row) => ({ ...row, days: row.days.sort((left, right) => left - right) }));
}

/** A night from Sunday to Monday is kept as two windows; for people it is one. */
function spansOf(windows: readonly TimeWindow[]): Span[] {
  const ordered = merged(windows);
  const first = ordered[0];
  const last = ordered.at(-1);
  const spans = ordered.map(({ from_minute, to_minute }) => ({ from: from_minute, length: to_minute - from_minute }));
  if (!first || !last || first === last || first.from_minute !== 0 || last.to_minute !== week) return spans;
  const length = week - last.from_minute + first.to_minute;
  if (length > day || last.from_minute % day === 0) return spans;
  return [...spans.slice(1, -1), { from: last.from_minute, length }];
}

/** What is longer than a day is cut at midnights. */
function withinADay({ from, length }: Span): Span[] {
  if (length <= day) return [{ from, length }];
  const pieces: Span[] = [];
  for (let at = from; at < from + length; ) {
    const end = Math.min(from + length, (Math.floor(at / day) + 1) * day);
    pieces.push({ from: at, length: end - at });
    at = end;
  }
  return pieces;
}

/** `480-1020, 1920-2460`, as a change shows windows; null where it is no such list. */
export function readWindows(text: string): TimeWindow[] | null {
  const windows: TimeWindow[] = [];
  for (const part of text.split(", ")) {
    const match = /^(\d{1,5})-(\d{1,5})$/.exec(part);
    if (!match) return null;
    const [from_minute, to_minute] = [Number(match[1]), Number(match[2])];
    if (from_minute >= to_minute || to_minute > week) return null;
    windows.push({ from_minute, to_minute });
  }
  return windows;
}

/** `08:00`; midnight at the end of a day is `24:00`. */
export function clock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

export function readClock(text: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/** As the form holds them: what is being typed may not be a time yet. */
export interface EditedHours {
  days: readonly number[];
  from: string;
  to: string;
}

export const officeHours: EditedHours = { days: [0, 1, 2, 3, 4], from: "08:00", to: "18:00" };

export const editable = (windows: readonly TimeWindow[]): EditedHours[] =>
  hoursOf(windows).map(({ days, from, to }) => ({ days, from: clock(from), to: clock(to) }));

/** Null while a row is not complete. */
export function readHours({ days, from, to }: EditedHours): DailyHours | null {
  const [start, end] = [readClock(from), readClock(to)];
  return days.length === 0 || start === null || end === null ? null : { days, from: start, to: end };
}

/** Null while a row is not complete, or there is none. */
export function readWeek(rows: readonly EditedHours[]): TimeWindow[] | null {
  const read = rows.map(readHours);
  const whole = read.filter((row) => row !== null);
  return whole.length === 0 || whole.length < read.length ? null : windowsOf(whole);
}

/** Monday first. 2024-01-01 was one. */
export function dayNames(locale: string, form: "short" | "long" | "narrow"): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: form, timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, index) => format.format(Date.UTC(2024, 0, 1 + index)));
}

/** `Mon–Fri`, `Mon, Wed`. */
function daysWords(days: readonly number[], names: readonly string[]): string {
  const runs: number[][] = [];
  for (const of of days) {
    const run = runs.at(-1);
    if (run && run.at(-1) === of - 1) run.push(of);
    else runs.push([of]);
  }
  return runs
    .flatMap((run) => (run.length > 2 ? [`${names[run[0] ?? 0]}–${names[run.at(-1) ?? 0]}`] : run.map((of) => names[of])))
    .join(", ");
}

/** `Mon–Fri 08:00–18:00; Sat, Sun all day`. */
export function weekWords(windows: readonly TimeWindow[], locale: string, allDay: string): string {
  const names = dayNames(locale, "short");
  return hoursOf(windows)
    .map(({ days, from, to }) => {
      const hours = from === 0 && to === 0 ? allDay : `${clock(from)}–${to === 0 ? "24:00" : clock(to)}`;
      return `${daysWords(days, names)} ${hours}`;
    })
    .join("; ");
}
