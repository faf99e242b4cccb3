import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { seed } from "../fake/seed.ts";
import { FakePortal } from "../fake/server.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { setUpOwner } from "../support/set_up.ts";
import { fakeTarget, type Target } from "../support/target.ts";

// What the pages do when more than one person is at work: shown on the fake portal, where a test can be the other one.

let portal: FakePortal;
let target: Target;
let open: OpenPage;
let seeded: ReturnType<typeof seed>;

before(async () => {
  portal = await FakePortal.start();
  target = fakeTarget(portal);
  open = await openPage(target);
  await setUpOwner(open.page, target);
  seeded = seed(portal.state);
});

after(async () => {
  await open?.close();
  await target?.close();
});

test("what somebody else changed meanwhile is not overwritten", async () => {
  const { page } = open;
  const { harbor } = seeded;
  await page.goto(`/customers/${harbor.id}`);
  await page.getByRole("button", { name: "Rename" }).click();
  harbor.name = "Harbor Dental Group";
  portal.state.touch(`tenant/${harbor.id}`);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Harbor");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Somebody changed this meanwhile").first().waitFor();
  assert.equal(harbor.name, "Harbor Dental Group");
  await dialog.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("heading", { name: "Harbor Dental Group" }).waitFor();
  await page.getByRole("dialog").getByLabel("Name").fill("Harbor");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Harbor", exact: true }).waitFor();
});

test("more offline days wait for another administrator, fewer do not", async () => {
  const { page } = open;
  const { harbor } = seeded;
  await page.getByRole("tab", { name: "Settings" }).click();
  for (const [days, said] of [
    [30, "Proposed. It takes effect when another administrator accepts it."],
    [7, "Done."],
  ] as const) {
    await page.getByRole("button", { name: "Change the offline days" }).click();
    await page.getByRole("dialog").getByLabel("Offline days").fill(String(days));
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText(said, { exact: true }).waitFor();
  }
  assert.equal(harbor.settings.offline_days, 7);
});

test("a briefer longest session applies at once and a longer one is proposed", async () => {
  const { page } = open;
  const { harbor } = seeded;
  await page.goto(`/customers/${harbor.id}`);
  await page.getByRole("tab", { name: "Settings" }).click();
  for (const [minutes, said] of [
    [720, "Proposed. It takes effect when another administrator accepts it."],
    [90, "Done."],
  ] as const) {
    await page.getByRole("button", { name: "Change the longest session" }).click();
    await page.getByRole("dialog").getByLabel("Longest session, in minutes").fill(String(minutes));
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText(said, { exact: true }).last().waitFor();
  }
  await page.getByText("90 minutes").waitFor();
  assert.equal(harbor.settings.longest_session_minutes, 90);
  const change = portal.state.changes.find(({ kind, state }) => kind === "tenant_longest_session" && state === "pending");
  assert.ok(change);
  await page.goto(`/changes/${change.id}`);
  await page.getByRole("cell", { name: "12 hours" }).waitFor();
  portal.state.changes.splice(portal.state.changes.indexOf(change), 1);
});

test("homes become fresh after a warning", async () => {
  const { page } = open;
  const { harbor } = seeded;
  await page.goto(`/customers/${harbor.id}`);
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Change the home folders" }).click();
  const dialog = page.getByRole("dialog");
  assert.equal(await dialog.getByRole("button", { name: "Save" }).isDisabled(), true);
  await dialog.getByRole("radio", { name: "Fresh each time" }).check();
  await dialog.getByText("It cannot be brought back.").waitFor();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("Fresh each time").waitFor();
  assert.equal(harbor.settings.homes, "fresh");
});

test("a quarantined workstation says why, and its release waits for another administrator", async () => {
  const { page } = open;
  const dock = portal.state.devices.find(({ name }) => name === "DOCK-10");
  assert.ok(dock);
  await page.goto(`/devices/${dock.id}`);
  await page.getByText("Two machines have used this workstation's identity").waitFor();
  await page.getByRole("button", { name: "Release from quarantine" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("The next machine that connects with this identity is believed").waitFor();
  await dialog.getByRole("button", { name: "Release from quarantine" }).click();
  await page.getByText("Proposed. It takes effect when another administrator accepts it.", { exact: true }).first().waitFor();
  assert.equal(dock.state, "quarantined");
  const change = portal.state.changes.find(({ kind, state }) => kind === "device_resume" && state === "pending");
  assert.ok(change);
  await page.goto(`/changes/${change.id}`);
  await page.getByRole("cell", { name: "second machine" }).waitFor();
  portal.state.changes.splice(portal.state.changes.indexOf(change), 1);
});

test("a request is accepted by a passkey as it was seen, and one that changed since is not", async () => {
  const { page } = open;
  const change = portal.state.changes.find(({ kind, state }) => kind === "right_grant" && state === "pending");
  assert.ok(change);
  await page.goto(`/changes/${change.id}`);
  await page.getByRole("cell", { name: "Atlas Logistics" }).waitFor();
  const seen = change.payload;
  change.payload = Buffer.from(Buffer.from(seen, "base64url").toString().replace("Atlas", "Every")).toString("base64url");
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByText("The passkey's answer does not fit").waitFor();
  assert.equal(change.state, "pending");
  change.payload = seen;
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByText("Accepted and applied.").waitFor();
});

test("what the page shows of a request is what is signed, whatever stands beside it", async () => {
  const { page } = open;
  const change = portal.state.changes.find(({ kind, state }) => kind === "tenant_offline_days" && state === "pending");
  assert.ok(change);
  change.difference = [{ field: "offline_days", before: "14", after: "15" }];
  await page.goto(`/changes/${change.id}`);
  await page.getByRole("cell", { name: "30", exact: true }).waitFor();
  const readable = change.payload;
  change.payload = Buffer.from("{}").toString("base64url");
  await page.reload();
  await page.getByRole("heading", { name: "A request this page cannot show" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Accept" }).count(), 0);
  change.payload = readable;
});

test("a rejection needs a reason", async () => {
  const { page } = open;
  const change = portal.state.changes.find(({ author, state }) => state === "pending" && author.id === seeded.ada.id);
  assert.ok(change);
  await page.goto(`/changes/${change.id}`);
  await page.getByRole("button", { name: "Reject" }).click();
  const dialog = page.getByRole("dialog");
  assert.equal(await dialog.getByRole("button", { name: "Reject" }).isDisabled(), true);
  await dialog.getByLabel("Reason").fill("Ask the customer first");
  await dialog.getByRole("button", { name: "Reject" }).click();
  await page.getByText("Ask the customer first").waitFor();
});

test("what happens elsewhere shows without reloading", async () => {
  const { page } = open;
  await page.goto("/devices");
  await page.getByRole("link", { name: "W10-XRAY" }).waitFor();
  portal.state.addDevice(seeded.harbor, "W11-NEW");
  portal.changed("devices");
  await page.getByRole("link", { name: "W11-NEW" }).waitFor();
});

test("the grid sorts by the keyboard, filters, and exports what it shows", async () => {
  const { page } = open;
  const names = async () => page.locator("tbody tr td:nth-child(2)").allInnerTexts();
  await page.getByRole("button", { name: "Sort by Workstation" }).focus();
  await page.keyboard.press("Enter");
  const sorted = await names();
  assert.ok(sorted.indexOf("DOCK-2") < sorted.indexOf("DOCK-10"), "numbers in names count as numbers");
  await page.getByRole("searchbox", { name: "Search" }).fill("dock");
  assert.deepEqual(await names(), ["DOCK-2", "DOCK-10"]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).split("\r\n");
  assert.equal(lines.length, 3);
  assert.match(lines[1] ?? "", /^DOCK-2,Atlas Logistics,out of reach,/);
});

test("a customer chosen in the menu narrows the lists and stays while going around", async () => {
  const { page } = open;
  await page.goto("/devices");
  await page.getByRole("combobox", { name: "Customer" }).click();
  await page.getByRole("option", { name: "Atlas Logistics" }).click();
  await page.getByRole("link", { name: "W10-XRAY" }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Dashboard" }).click();
  await page.getByRole("heading", { name: "Dashboard" }).waitFor();
  assert.match(page.url(), /customer=/);
});

test("a session elsewhere is seen and ended, and so are all others", async () => {
  const { page } = open;
  portal.state.openSession();
  portal.state.openSession();
  const [here, , first] = portal.state.sessions;
  assert.ok(here && first);
  first.address = "203.0.113.80";
  first.user_agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
  await page.goto("/settings");
  await page.getByRole("button", { name: "End the session in Firefox, Windows from 203.0.113.80" }).click();
  await page.getByText("203.0.113.80").waitFor({ state: "detached" });
  assert.equal(portal.state.sessions.includes(first), false);
  await page.getByRole("button", { name: "End all others" }).click();
  await page.getByText("All other sessions have ended.").waitFor();
  assert.deepEqual(portal.state.sessions, [here]);
});

test("a passkey can be removed while another one works, and the last one cannot", async () => {
  const { page } = open;
  const { passkeys } = portal.state.owner();
  const [only] = passkeys.splice(0);
  assert.ok(only);
  passkeys.push(only);
  await page.goto("/settings");
  await page.getByRole("button", { name: "Add a passkey" }).waitFor();
  assert.equal(await page.getByRole("button", { name: `Remove the passkey ${only.label}` }).count(), 0);
  passkeys.push({ ...only, id: "019aa000-0006-79c7-9ca7-b1d40237c62b", label: "Old key" });
  portal.changed("technicians");
  await page.getByRole("button", { name: "Remove the passkey Old key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("sessions it opened end at once").waitFor();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await page.getByText("The passkey is removed.").waitFor();
  assert.deepEqual(portal.state.owner().passkeys, [only]);
});

test("when the session has ended, signing in leads back to the same page", async () => {
  const { page } = open;
  await page.goto("/technicians");
  await page.getByRole("link", { name: "Nik Holm" }).waitFor();
  portal.state.session = null;
  await page.getByRole("link", { name: "Nik Holm" }).click();
  await page.getByText("Your session has ended.").waitFor();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("heading", { name: "Nik Holm" }).waitFor();
});

test("an unknown passkey is told what to do", async () => {
  const { page } = open;
  portal.state.session = null;
  portal.state.credential = "somebody-else";
  await page.goto("/");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("This passkey is not known here").waitFor();
});

test("no page broke its content security policy or logged an error", () => {
  open.assertClean();
});
