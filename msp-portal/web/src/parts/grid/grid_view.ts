import type { CsvValue } from "./csv";

/** What a list shows: part of the address, so that it can be kept, shared and gone back to. */
export interface GridView {
  q?: string;
  /** A column, with a minus in front for descending. */
  sort?: string;
  where?: Readonly<Record<string, string>>;
}

export const pastChoices = ["day", "week", "month", "over_week", "over_month", "never"] as const;
export const futureChoices = ["day", "week", "over_week", "passed", "never"] as const;

/** `past` and `future` are for times: a last sign of life, an end that comes. */
export type FilterKind = "text" | "choice" | "number" | "past" | "future";

export interface ViewColumn<Row> {
  id: string;
  /** What is sorted, searched and exported. */
  value: (row: Row) => CsvValue;
  filter?: FilterKind;
  /** What a choice compares, the same in every language. Without it: the value itself. */
  choiceKey?: (row: Row) => string;
}

const longest = 200;
const mostFilters = 20;
const day = 86_400_000;

const textOf = (value: unknown) => {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  return typeof text === "string" && text !== "" && text.length <= longest ? text : undefined;
};

/** Reads a view from an address or a storage: whatever is none is left out, never trusted. */
export function readGridView(search: Readonly<Record<string, unknown>>): GridView {
  const view: GridView = {};
  const q = textOf(search.q);
  const sort = textOf(search.sort);
  if (q !== undefined) view.q = q;
  if (sort !== undefined && /^-?[a-z_]+$/.test(sort)) view.sort = sort;
  if (typeof search.where === "object" && search.where !== null && !Array.isArray(search.where)) {
    const where = Object.entries(search.where)
      .slice(0, mostFilters)
      .flatMap(([column, value]) => {
        const text = textOf(value);
        return text !== undefined && /^[a-z_]+$/.test(column) ? [[column, text] as const] : [];
      });
    if (where.length > 0) view.where = Object.fromEntries(where);
  }
  return view;
}

export function sortOf({ sort }: GridView): { column: string; descending: boolean } | null {
  if (sort === undefined) return null;
  return sort.startsWith("-") ? { column: sort.slice(1), descending: true } : { column: sort, descending: false };
}

/** Ascending, descending, as the server has it. */
export function nextSort(view: GridView, column: string): string | undefined {
  const sorted = sortOf(view);
  if (sorted?.column !== column) return column;
  return sorted.descending ? undefined : `-${column}`;
}

export function withFilter(view: GridView, column: string, value: string): GridView {
  const { [column]: _before, ...others } = view.where ?? {};
  const where = value === "" ? others : { ...others, [column]: value };
  return { ...view, where: Object.keys(where).length > 0 ? where : undefined };
}

/** `3`, `>3`, `>=3`, `<3`, `<=3`; null for anything else. */
export function readNumberTest(text: string): ((value: number) => boolean) | null {
  const match = /^\s*(>=|<=|>|<|=)?\s*(-?\d{1,9})\s*$/.exec(text);
  if (!match) return null;
  const bound = Number(match[2]);
  switch (match[1]) {
    case ">":
      return (value) => value > bound;
    case ">=":
      return (value) => value >= bound;
    case "<":
      return (value) => value < bound;
    case "<=":
      return (value) => value <= bound;
    default:
      return (value) => value === bound;
  }
}

function pastTest(choice: string, now: number): ((value: CsvValue) => boolean) | null {
  const age = (test: (age: number) => boolean) => (value: CsvValue) =>
    value !== null && test(now - Date.parse(String(value)));
  switch (choice) {
    case "day":
      return age((old) => old <= day);
    case "week":
      return age((old) => old <= 7 * day);
    case "month":
      return age((old) => old <= 30 * day);
    case "over_week":
      return age((old) => old > 7 * day);
    case "over_month":
      return age((old) => old > 30 * day);
    case "never":
      return (value) => value === null;
    default:
      return null;
  }
}

function futureTest(choice: string, now: number): ((value: CsvValue) => boolean) | null {
  const ahead = (test: (left: number) => boolean) => (value: CsvValue) =>
    value !== null && test(Date.parse(String(value)) - now);
  switch (choice) {
    case "day":
      return ahead((left) => left > 0 && left <= day);
    case "week":
      return ahead((left) => left > 0 && left <= 7 * day);
    case "over_week":
      return ahead((left) => left > 7 * day);
    case "passed":
      return ahead((left) => left <= 0);
    case "never":
      return (value) => value === null;
    default:
      return null;
  }
}

export const choiceKeyOf = <Row>(column: ViewColumn<Row>, row: Row): string | null => {
  if (column.choiceKey) return column.choiceKey(row);
  const value = column.value(row);
  return value === null ? null : String(value);
};

/** Whether the row passes; null where the text is no filter for this column. */
export function filterTest<Row>(column: ViewColumn<Row>, text: string, now: number): ((row: Row) => boolean) | null {
  const { value } = column;
  switch (column.filter) {
    case "choice":
      return (row) => choiceKeyOf(column, row) === text;
    case "text": {
      const wanted = text.toLowerCase();
      return (row) => String(value(row) ?? "").toLowerCase().includes(wanted);
    }
    case "number": {
      const test = readNumberTest(text);
      return test && ((row) => test(Number(value(row) ?? 0)));
    }
    case "past":
    case "future": {
      const test = column.filter === "past" ? pastTest(text, now) : futureTest(text, now);
      return test && ((row) => test(value(row)));
    }
    case undefined:
      return null;
  }
}

const searchable = <Row>({ filter }: ViewColumn<Row>) => filter !== "past" && filter !== "future";

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Numbers in names count as numbers; what is not known stands last, whichever way. */
function compare(left: CsvValue, right: CsvValue): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return collator.compare(String(left), String(right));
}

/** All the rows there are, as the view wants them: nothing here knows of pages. */
export function applyView<Row>(
  rows: readonly Row[],
  columns: readonly ViewColumn<Row>[],
  view: GridView,
  now: number,
): readonly Row[] {
  const tests = Object.entries(view.where ?? {}).flatMap(([id, text]) => {
    const column = columns.find((known) => known.id === id);
    const test = column && filterTest(column, text, now);
    return test ? [test] : [];
  });
  const wanted = view.q?.trim().toLowerCase() ?? "";
  if (wanted !== "") {
    const searched = columns.filter(searchable);
    tests.push((row) => searched.some(({ value }) => String(value(row) ?? "").toLowerCase().includes(wanted)));
  }
  const shown = tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)));
  const sort = sortOf(view);
  const column = sort && columns.find(({ id }) => id === sort.column);
  if (!sort || !column) return shown;
  const direction = sort.descending ? -1 : 1;
  return [...shown].sort((left, right) => {
    const [first, second] = [column.value(left), column.value(right)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return direction * compare(first, second);
  });
}

/** The choices of a column as key and label, each once, in the order of their labels. */
export function choicesOf<Row>(rows: readonly Row[], column: ViewColumn<Row>): { value: string; label: string }[] {
  const labels = new Map<string, string>();
  for (const row of rows) {
    const key = choiceKeyOf(column, row);
    if (key !== null && !labels.has(key)) labels.set(key, String(column.value(row) ?? key));
  }
  return [...labels]
    .map(([value, label]) => ({ value, label }))
    .sort((left, right) => collator.compare(left.label, right.label));
}

/** How many filters of the view really narrow the list: unknown columns and unreadable values do not. */
export function filtersInForce<Row>(columns: readonly ViewColumn<Row>[], view: GridView, now: number): number {
  return Object.entries(view.where ?? {}).filter(([id, text]) => {
    const column = columns.find((known) => known.id === id);
    return column !== undefined && filterTest(column, text, now) !== null;
  }).length;
}
