import { expect, test } from "vitest";
import type { Device, Right } from "../../api/types";
import { enterableOffline, outOfReach, rightsOf } from "./offline_reach";

const now = Date.parse("2026-11-21T12:00:00Z");
const later = "2026-12-01T00:00:00.000Z";

function device(part: Partial<Device>): Device {
  return {
    id: "d1",
    name: "W11-L",
    tenant: { id: "t1", name: "Customer-1" },
    kind: "non_domain",
    state: "active",
    quarantine_reason: null,
    operating_system: "Debian 12",
    agent_version: "0.1.0",
    connected: false,
    last_seen_at: null,
    enrolled_at: later,
    key_fingerprint: "0123456789abcdef",
    clock_trusted: true,
    clock_drift_ms: null,
    offline_until: later,
    sessions: 0,
    key_place: "file",
    accounts: [],
    up_to_date: true,
    ...part,
  };
}

function right(object: Right["object"], in_force = true): Right {
  return {
    id: "r",
    subject: { kind: "everyone", id: null },
    subject_name: null,
    object,
    object_name: null,
    role: { id: "role", name: "Full device access" },
    valid_from: later,
    valid_until: null,
    in_force,
    created_at: later,
  };
}

test("a connected workstation is within reach, and so is one whose horizon has passed", () => {
  const devices = [
    device({ id: "connected", connected: true }),
    device({ id: "passed", offline_until: "2026-11-20T00:00:00.000Z" }),
    device({ id: "never", offline_until: null }),
    device({ id: "away" }),
  ];
  expect(outOfReach(devices, now).map(({ id }) => id)).toEqual(["away"]);
});

test("the longest exposed comes first", () => {
  const devices = [device({ id: "short", offline_until: "2026-11-22T00:00:00.000Z" }), device({ id: "long" })];
  expect(outOfReach(devices, now).map(({ id }) => id)).toEqual(["long", "short"]);
});

test.each([
  [{ kind: "all_devices", id: null, section: null }, 1],
  [{ kind: "tenant", id: "t1", section: null }, 1],
  [{ kind: "tenant", id: "t2", section: null }, 0],
  [{ kind: "device", id: "d1", section: null }, 1],
  [{ kind: "device", id: "d2", section: null }, 0],
  [{ kind: "section", id: null, section: "team" }, 0],
] as const)("a right on %j opens %d workstations", (object, count) => {
  expect(enterableOffline([device({})], [right(object)], now)).toHaveLength(count);
});

test("a right that is not in force and a suspended workstation open nothing", () => {
  const all = { kind: "all_devices", id: null, section: null } as const;
  expect(enterableOffline([device({})], [right(all, false)], now)).toEqual([]);
  expect(enterableOffline([device({ state: "suspended" })], [right(all)], now)).toEqual([]);
});

test("the rights of somebody are their own and everyone's, and nobody else's", () => {
  const all = { kind: "all_devices", id: null, section: null } as const;
  const own = { ...right(all), subject: { kind: "technician", id: "nik" } } as const;
  const other = { ...right(all), subject: { kind: "technician", id: "ada" } } as const;
  const everyones = right(all);
  expect(rightsOf([own, other, everyones], ["nik"])).toEqual([own, everyones]);
  expect(rightsOf([own, other], [])).toEqual([]);
});
