import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { gather } from "./gather";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function told() {
  const calls: unknown[][] = [];
  return { calls, gathered: gather((topics) => calls.push([...topics])) };
}

test("the first event is told within a moment", () => {
  const { calls, gathered } = told();
  gathered.add("devices");
  vi.advanceTimersByTime(200);
  expect(calls).toEqual([["devices"]]);
});

test("a storm of events is told a few times and nothing of it is lost", () => {
  const { calls, gathered } = told();
  for (let count = 0; count < 500; ++count) {
    gathered.add(count === 499 ? "audit_events" : "devices");
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(3000);
  expect(calls.length).toBeLessThanOrEqual(4);
  expect(calls.flat()).toContain("audit_events");
});

test("nothing is told after the page has gone", () => {
  const { calls, gathered } = told();
  gathered.add("devices");
  gathered.stop();
  vi.advanceTimersByTime(5000);
  expect(calls).toEqual([]);
});
