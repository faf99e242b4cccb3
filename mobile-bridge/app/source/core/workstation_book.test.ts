import { newId, type ListedWorkstation } from "@doorward/protocol";
import { expect, test } from "vitest";
import { confirmConcern, mergeList } from "./workstation_book.ts";

const tenant = newId<"tenant">(0);

function listed(name: string, seed: number, change: Partial<ListedWorkstation> = {}): ListedWorkstation {
  return {
    id: newId(seed), name, tenant_id: tenant, tenant_name: "Customer-1", account: "msp-nik", signing_key: new Uint8Array(32).fill(seed),
    agreement_key: new Uint8Array(32).fill(seed + 100), code_scheme: "per_machine", connected: true, offline_until: null, ...change,
  };
}

function list(...workstations: ListedWorkstation[]) {
  return { as_of: 1, workstations, tenant_codes: [] };
}

test("the first list is remembered as it is", () => {
  const book = mergeList(null, list(listed("W10-L", 1), listed("W11-L", 2)));
  expect(book.workstations.map((workstation) => workstation.concern)).toEqual([null, null]);
});

test("a changed key is a concern, and the remembered one stays until it is confirmed", () => {
  const before = listed("W11-L", 1);
  const book = mergeList(null, list(before));
  const swapped = mergeList(book, list({ ...before, agreement_key: new Uint8Array(32).fill(9) }));
  expect(swapped.workstations[0]).toMatchObject({ agreementKey: book.workstations[0]?.agreementKey, concern: { kind: "key_changed" } });
  const confirmed = confirmConcern(swapped, before.id);
  expect(confirmed.workstations[0]?.concern).toBeNull();
  expect(confirmed.workstations[0]?.agreementKey).not.toBe(book.workstations[0]?.agreementKey);
});

test("a key that changes back is no concern any more", () => {
  const before = listed("W11-L", 1);
  const book = mergeList(null, list(before));
  const swapped = mergeList(book, list({ ...before, signing_key: new Uint8Array(32).fill(9) }));
  expect(mergeList(swapped, list(before)).workstations[0]?.concern).toBeNull();
});

test("a new workstation under a known name is a concern, also when the old one is gone from the list", () => {
  const book = mergeList(null, list(listed("W11-L", 1)));
  const gone = mergeList(book, list());
  const again = listed("W11-L", 2);
  const replaced = mergeList(gone, list(again));
  expect(replaced.workstations.find((known) => known.id === again.id)?.concern).toEqual({ kind: "name_has_new_key" });
  const twice = mergeList(replaced, list(again));
  expect(twice.workstations.find((known) => known.id === again.id)?.concern).toEqual({ kind: "name_has_new_key" });
  expect(mergeList(confirmConcern(twice, again.id), list(again)).workstations[0]?.concern).toBeNull();
});

test("a new workstation under a new name is none", () => {
  const first = listed("W11-L", 1);
  const book = mergeList(mergeList(null, list(first)), list(first, listed("W12-L", 2)));
  expect(book.workstations.every((workstation) => workstation.concern === null)).toBe(true);
});

test("two workstations with one key are both a concern until each was confirmed", () => {
  const left = listed("W10-L", 1);
  const right = listed("W11-L", 2, { agreement_key: left.agreement_key });
  const book = mergeList(null, list(left, right));
  expect(book.workstations.map((known) => known.concern)).toEqual([
    { kind: "shared_key", otherName: "W11-L" }, { kind: "shared_key", otherName: "W10-L" },
  ]);
  const half = confirmConcern(book, left.id);
  expect(half.workstations.map((known) => known.concern?.kind ?? null)).toEqual([null, "shared_key"]);
  expect(mergeList(half, list(left, listed("W11-L", 2, { id: right.id }))).workstations[1]?.concern?.kind).toBe("key_changed");
});

test("a workstation the portal relabels keeps its name until the person has seen it", () => {
  const left = listed("W10-L", 1);
  const right = listed("W11-L", 2);
  const book = mergeList(null, list(left, right));
  const swapped = mergeList(book, list({ ...left, name: "W11-L" }, { ...right, name: "W10-L" }));
  expect(swapped.workstations.map((known) => known.name)).toEqual(["W10-L", "W11-L"]);
  expect(swapped.workstations.map((known) => known.concern?.kind)).toEqual(["renamed", "renamed"]);
  expect(confirmConcern(swapped, left.id).workstations[0]?.name).toBe("W11-L");
});

test("a workstation moved to another customer is a concern", () => {
  const before = listed("W11-L", 1);
  const book = mergeList(null, list(before));
  const moved = mergeList(book, list({ ...before, tenant_id: newId(5) }));
  expect(moved.workstations[0]?.concern?.kind).toBe("key_changed");
});
