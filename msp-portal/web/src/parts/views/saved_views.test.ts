import { expect, test } from "vitest";
import { mostViews, readViews, searchText, withView, writeViews } from "./saved_views";

function storage(content: Record<string, string> = {}) {
  return {
    getItem: (key: string) => content[key] ?? null,
    setItem: (key: string, value: string) => {
      content[key] = value;
    },
  };
}

const lost = { name: "Lost", search: { where: { seen: "over_week" } } };

test("a view is read back as it was kept, and only by its administrator and for its list", () => {
  const kept = storage();
  expect(writeViews(kept, "olivia", "devices", [lost])).toBe(true);
  expect(readViews(kept, "olivia", "devices")).toEqual([lost]);
  expect(readViews(kept, "ada", "devices")).toEqual([]);
  expect(readViews(kept, "olivia", "technicians")).toEqual([]);
});

test.each(["", "{", "null", "7", '{"name":"x"}', '[{"name":"x"}]', '[{"name":"","search":{}}]', '[{"name":"x","search":[]}]', '[null, "x"]'])(
  "%s holds no views",
  (text) => {
    expect(readViews(storage({ "doorward-views/olivia/devices": text }), "olivia", "devices")).toEqual([]);
  },
);

test("what is good among what is broken is kept", () => {
  const text = JSON.stringify([null, lost, { name: 7, search: {} }]);
  expect(readViews(storage({ "doorward-views/olivia/devices": text }), "olivia", "devices")).toEqual([lost]);
});

test("no more views are read than a menu can hold", () => {
  const many = Array.from({ length: mostViews + 5 }, (_, index) => ({ name: `View ${index}`, search: {} }));
  const kept = storage();
  writeViews(kept, "olivia", "devices", many);
  expect(readViews(kept, "olivia", "devices")).toHaveLength(mostViews);
});

test("a browser that keeps nothing is said and breaks nothing", () => {
  const closed = {
    getItem: (): string | null => {
      throw new Error("denied");
    },
    setItem: () => {
      throw new Error("full");
    },
  };
  expect(readViews(closed, "olivia", "devices")).toEqual([]);
  expect(writeViews(closed, "olivia", "devices", [lost])).toBe(false);
});

test("a view of the same name is replaced where it stands", () => {
  const other = { name: "Other", search: {} };
  const now = { name: "Lost", search: { q: "dock" } };
  expect(withView([lost, other], now)).toEqual([now, other]);
  expect(withView([other], lost)).toEqual([other, lost]);
});

test("searches compare by what they say", () => {
  expect(searchText({ a: 1, b: { d: "x", c: undefined } })).toBe(searchText({ b: { d: "x" }, a: 1 }));
  expect(searchText({ a: 1 })).not.toBe(searchText({ a: "1" }));
  expect(searchText({ a: undefined })).toBe(searchText({}));
});
