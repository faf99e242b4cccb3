import type { AuditFilter } from "../../api/queries";
import type { AuditOutcome } from "../../api/types";

export const outcomes: readonly AuditOutcome[] = ["success", "refused", "failed", "noted"];

const textKeys = ["kind", "technician_id", "device_id", "tenant_id", "from", "until"] as const;

/** Reads filters from the address, so that a filtered log can be sent as a link. Whatever is not one is left out. */
export function readAuditFilter(search: Record<string, unknown>): AuditFilter {
  const filter: AuditFilter = {};
  for (const key of textKeys) {
    const value = search[key];
    if (typeof value === "string" && value !== "") filter[key] = value;
  }
  const outcome = outcomes.find((known) => known === search.outcome);
  if (outcome) filter.outcome = outcome;
  return filter;
}

/** A day of the person's own calendar as the server's half-open range `[from, until)`. */
export function dayStart(day: string): string | undefined {
  const time = new Date(`${day}T00:00:00`);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

export function dayAfter(day: string): string | undefined {
  const time = new Date(`${day}T00:00:00`);
  if (Number.isNaN(time.getTime())) return undefined;
  time.setDate(time.getDate() + 1);
  return time.toISOString();
}

export function localDay(at: string | undefined, shiftMilliseconds = 0): string {
  if (at === undefined) return "";
  const time = new Date(Date.parse(at) + shiftMilliseconds);
  if (Number.isNaN(time.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
