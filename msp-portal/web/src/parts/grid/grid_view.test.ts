import { describe, expect, test } from "vitest";
import { applyView, choicesOf, filtersInForce, nextSort, readGridView, readNumberTest, type ViewColumn, withFilter } from "./grid_view";

interface Machine {
  name: string;
  state: "active" | "suspended";
  seen: string | null;
  until: string | null;
  sessions: number | null;
}

const now = Date.parse("2026-11-22T12:00:00Z");
const at = (days: number) => new Date(now + days * 86_400_000).toISOString();

const columns: ViewColumn<Machine>[] = [
  { id: "name", value: ({ name }) => name, filter: "text" },
  { id: "state", value: ({ state }) => (state === "active" ? "aktiv" : "gesperrt"), choiceKey: ({ state }) => state, filter: "choice" },
  { id: "seen", value: ({ seen }) => seen, filter: "past" },
  { id: "until", value: ({ until }) => until, filter: "future" },
  { id: "sessions", value: ({ sessions }) => sessions, filter: "number" },
  { id: "note", value: () => "plain" },
];

const rows: Machine[] = [
  { name: "DOCK-10", state: "active", seen: at(-0.1), until: at(14), sessions: 2 },
  { name: "dock-2", state: "suspended", seen: at(-9), until: at(0.5), sessions: 0 },
  { name: "CAD-1", state: "active", seen: null, until: null, sessions: null },
  { name: "XRAY", state: "active", seen: at(-40), until: at(-1), sessions: 10 },
];

const names = (view: Parameters<typeof readGridView>[0]) =>
  applyView(rows, columns, readGridView(view), now).map(({ name }) => name);

describe("sorting", () => {
  test("without a sort the rows stay as the server has them", () => {
    expect(names({})).toEqual(["DOCK-10", "dock-2", "CAD-1", "XRAY"]);
  });

  test("numbers in names count as numbers and letters in any case", () => {
    expect(names({ sort: "name" })).toEqual(["CAD-1", "dock-2", "DOCK-10", "XRAY"]);
  });

  test("numbers sort as numbers, and what is not known stands last either way", () => {
    expect(names({ sort: "sessions" })).toEqual(["dock-2", "DOCK-10", "XRAY", "CAD-1"]);
    expect(names({ sort: "-sessions" })).toEqual(["XRAY", "DOCK-10", "dock-2", "CAD-1"]);
  });

  test("a column nobody knows sorts nothing", () => {
    expect(names({ sort: "price" })).toEqual(names({}));
  });

  test("a head goes from ascending to descending to none", () => {
    expect(nextSort({}, "name")).toBe("name");
    expect(nextSort({ sort: "name" }, "name")).toBe("-name");
    expect(nextSort({ sort: "-name" }, "name")).toBeUndefined();
    expect(nextSort({ sort: "-name" }, "state")).toBe("state");
  });
});

describe("filtering", () => {
  test.each([
    [{ name: "dock" }, ["DOCK-10", "dock-2"]],
    [{ state: "suspended" }, ["dock-2"]],
    [{ seen: "day" }, ["DOCK-10"]],
    [{ seen: "over_week" }, ["dock-2", "XRAY"]],
    [{ seen: "over_month" }, ["XRAY"]],
    [{ seen: "never" }, ["CAD-1"]],
    [{ until: "day" }, ["dock-2"]],
    [{ until: "over_week" }, ["DOCK-10"]],
    [{ until: "passed" }, ["XRAY"]],
    [{ until: "never" }, ["CAD-1"]],
    [{ sessions: ">1" }, ["DOCK-10", "XRAY"]],
    [{ sessions: "<=2" }, ["DOCK-10", "dock-2", "CAD-1"]],
    [{ state: "active", sessions: "10" }, ["XRAY"]],
  ])("%j leaves %j", (where, left) => {
    expect(names({ where })).toEqual(left);
  });

  test("a choice is kept by its key and not by the word of one language", () => {
    expect(names({ where: { state: "gesperrt" } })).toEqual([]);
    expect(choicesOf(rows, columns[1] as ViewColumn<Machine>)).toEqual([
      { value: "active", label: "aktiv" },
      { value: "suspended", label: "gesperrt" },
    ]);
  });

  test.each([{ sessions: "many" }, { seen: "sometimes" }, { until: "" }, { price: "1" }, { note: "plain" }])(
    "%j is no filter and narrows nothing",
    (where) => {
      expect(names({ where })).toHaveLength(rows.length);
      expect(filtersInForce(columns, readGridView({ where }), now)).toBe(0);
    },
  );

  test("the search looks at words, in any column, and not at bytes of times", () => {
    expect(names({ q: " DOCK " })).toEqual(["DOCK-10", "dock-2"]);
    expect(names({ q: "gesperrt" })).toEqual(["dock-2"]);
    expect(names({ q: "2026" })).toEqual([]);
  });
});

describe("a view in the address", () => {
  test("is read back as it was written", () => {
    const view = { q: "dock", sort: "-seen", where: { state: "active" } };
    expect(readGridView(view)).toEqual(view);
    expect(readGridView({ q: 47 })).toEqual({ q: "47" });
  });

  test.each([
    { q: { $gt: "" } },
    { q: "x".repeat(201) },
    { sort: "name; drop" },
    { sort: ["name"] },
    { where: "state" },
    { where: ["active"] },
    { where: { State: "active" } },
    { where: { state: { a: 1 } } },
    { where: { __proto__: "x", state: null } },
  ])("%j is none", (search) => {
    expect(readGridView(search)).toEqual({});
  });

  test("an emptied filter leaves nothing behind", () => {
    expect(withFilter({ where: { state: "active" } }, "state", "")).toEqual({ where: undefined });
    expect(withFilter({}, "state", "active")).toEqual({ where: { state: "active" } });
  });
});

test.each(["", "three", "> ", "1.5", "1e9", "12345678901"])("%j is no test of a number", (text) => {
  expect(readNumberTest(text)).toBeNull();
});
