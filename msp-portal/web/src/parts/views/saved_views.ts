import { isName } from "../names";

/** A list as somebody wants to see it again: the part of the address behind the question mark. */
export interface SavedView {
  name: string;
  search: Readonly<Record<string, unknown>>;
}

export const mostViews = 30;

type Kept = Pick<Storage, "getItem" | "setItem">;

/** Kept in this browser, for each administrator apart: a shared computer does not mix them. */
const keyOf = (administrator: string, list: string) => `doorward-views/${administrator}/${list}`;

export function readViews(storage: Kept, administrator: string, list: string): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(keyOf(administrator, list)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isView).slice(0, mostViews) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is SavedView {
  if (typeof value !== "object" || value === null || !("name" in value) || !("search" in value)) return false;
  const { name, search } = value;
  return typeof name === "string" && isName(name) && typeof search === "object" && search !== null && !Array.isArray(search);
}

/** False where the browser keeps nothing, for instance in a private window. */
export function writeViews(storage: Kept, administrator: string, list: string, views: readonly SavedView[]): boolean {
  try {
    storage.setItem(keyOf(administrator, list), JSON.stringify(views));
    return true;
  } catch {
    return false;
  }
}

/** A view of that name is replaced, a new one stands last. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  const known = views.some(({ name }) => name === view.name);
  return known ? views.map((before) => (before.name === view.name ? view : before)) : [...views, view];
}

/** Equal for equal searches, whatever the order of their parts. */
export function searchText(search: unknown): string {
  if (typeof search !== "object" || search === null) return JSON.stringify(search) ?? "null";
  const parts = Object.entries(search)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${searchText(value)}`);
  return `{${parts.join(",")}}`;
}
