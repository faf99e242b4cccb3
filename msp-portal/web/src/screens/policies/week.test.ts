import { expect, test } from "vitest";
import { day, editable, hoursOf, merged, officeHours, readClock, readHours, readWeek, readWindows, week, weekWords, windowsOf } from "./week";

const at = (of: number, hour: number) => of * day + hour * 60;
const window = (from_minute: number, to_minute: number) => ({ from_minute, to_minute });

test("hours on several days become a window each", () => {
  expect(windowsOf([{ days: [0, 1], from: 480, to: 1020 }])).toEqual([window(480, 1020), window(1920, 2460)]);
});

test("an end before its beginning is on the next day, and a night of Sunday goes on on Monday", () => {
  expect(windowsOf([{ days: [0], from: 22 * 60, to: 6 * 60 }])).toEqual([window(at(0, 22), at(1, 6))]);
  expect(windowsOf([{ days: [6], from: 22 * 60, to: 6 * 60 }])).toEqual([window(0, 360), window(at(6, 22), week)]);
});

test("midnight ends the day it belongs to", () => {
  expect(windowsOf([{ days: [6], from: 12 * 60, to: 0 }])).toEqual([window(at(6, 12), week)]);
  expect(windowsOf([{ days: [2], from: 0, to: 0 }])).toEqual([window(at(2, 0), at(3, 0))]);
});

test("windows that touch or overlap are one", () => {
  expect(merged([window(60, 120), window(0, 60), window(100, 200), window(300, 400)])).toEqual([window(0, 200), window(300, 400)]);
});

test("the same hours on several days are one row", () => {
  expect(hoursOf([window(480, 1020), window(1920, 2460)])).toEqual([{ days: [0, 1], from: 480, to: 1020 }]);
});

test("nights stay whole, also that from Sunday to Monday", () => {
  expect(hoursOf([window(0, 360), window(at(6, 22), week)])).toEqual([{ days: [6], from: 1320, to: 360 }]);
  const nights = windowsOf([{ days: [0, 1, 2, 3, 4, 5, 6], from: 1320, to: 360 }]);
  expect(hoursOf(nights)).toEqual([{ days: [0, 1, 2, 3, 4, 5, 6], from: 1320, to: 360 }]);
});

test("what is longer than a day is shown day by day and means the same", () => {
  const weekend = [window(at(4, 18), at(6, 24))];
  expect(hoursOf(weekend)).toEqual([
    { days: [4], from: 18 * 60, to: 0 },
    { days: [5, 6], from: 0, to: 0 },
  ]);
  expect(windowsOf(hoursOf(weekend))).toEqual(weekend);
});

test("windows survive being edited, whatever they are", () => {
  let state = 7;
  const random = (below: number) => (state = (state * 48271) % 2147483647) % below;
  for (let round = 0; round < 500; ++round) {
    const windows = merged(
      Array.from({ length: 1 + random(5) }, () => {
        const from = random(week - 1);
        return window(from, from + 1 + random(Math.min(week - from, 3 * day) - 1 || 1));
      }),
    );
    expect(readWeek(editable(windows))).toEqual(windows);
  }
});

test("the whole week is every day, all day", () => {
  expect(hoursOf([window(0, week)])).toEqual([{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 0 }]);
});

test("a row that is not complete is none, and neither is the week with it", () => {
  expect(readHours({ ...officeHours, days: [] })).toBeNull();
  expect(readHours({ ...officeHours, from: "" })).toBeNull();
  expect(readHours({ ...officeHours, to: "24:00" })).toBeNull();
  expect(readWeek([officeHours, { ...officeHours, to: "" }])).toBeNull();
  expect(readWeek([])).toBeNull();
});

test.each(["8:00", "08:60", "24:00", "0800", "08:00:00", " 08:00"])("%s is no time of day", (text) => {
  expect(readClock(text)).toBeNull();
});

test("windows as a change writes them are read, and nothing else", () => {
  expect(readWindows("480-1020, 1920-2460")).toEqual([window(480, 1020), window(1920, 2460)]);
  for (const wrong of ["", "always", "480", "480-", "1020-480", "480-480", "0-10081", "480-1020,1920-2460", "480-1020, x"]) {
    expect(readWindows(wrong), wrong).toBeNull();
  }
});

test("the week is said as people say it", () => {
  const office = windowsOf([{ days: [0, 1, 2, 3, 4], from: 480, to: 1080 }]);
  expect(weekWords(office, "en-GB", "all day")).toBe("Mon–Fri 08:00–18:00");
  expect(weekWords(windowsOf([{ days: [0, 2, 5, 6], from: 0, to: 0 }]), "en-GB", "all day")).toBe("Mon, Wed, Sat, Sun all day");
  expect(weekWords([window(at(5, 18), at(6, 0))], "en-GB", "all day")).toBe("Sat 18:00–24:00");
  expect(weekWords(office, "de", "ganztags")).toBe("Mo–Fr 08:00–18:00");
});
