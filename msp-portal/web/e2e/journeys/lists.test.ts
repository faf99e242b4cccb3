import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { seed } from "../fake/seed.ts";
import { FakePortal } from "../fake/server.ts";
import { day, iso } from "../fake/state.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { takePictures } from "../support/pictures.ts";
import { setUpOwner } from "../support/set_up.ts";
import { fakeTarget, type Target } from "../support/target.ts";

// Lists as an administrator of many workstations uses them: more than one page of them, views, many rows at once.

let portal: FakePortal;
let target: Target;
let open: OpenPage;
let seeded: ReturnType<typeof seed>;

const workshop = 450;

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

const names = () => open.page.locator("tbody tr td:nth-child(2)").allInnerTexts();
const search = () => open.page.getByRole("searchbox", { name: "Search" });
const choose = (name: string) => open.page.getByRole("checkbox", { name: `Choose ${name}`, exact: true }).check();
const bar = () => open.page.getByRole("region", { name: "Chosen rows" });
const dialog = () => open.page.getByRole("dialog");

async function exported(): Promise<string[]> {
  const [download] = await Promise.all([
    open.page.waitForEvent("download"),
    open.page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  return (await readFile(await download.path(), "utf8")).replace(/^\ufeff/, "").split("\r\n");
}

async function filterBy(column: string, choice: string) {
  await open.page.getByRole("combobox", { name: `Filter: ${column}` }).click();
  await open.page.getByRole("option", { name: choice, exact: true }).click();
}

test("an address holds what the list shows, and a link brings it back", async () => {
  const { page } = open;
  await page.goto("/devices");
  await page.getByRole("link", { name: "W10-XRAY" }).waitFor();
  await page.getByRole("button", { name: "Filters" }).click();
  await filterBy("Connection", "out of reach");
  await filterBy("Last seen", "longer than 7 days ago");
  assert.deepEqual(await names(), ["DOCK-2"]);
  await page.waitForURL(/where=.*over_week/);
  await page.goto(page.url());
  await page.getByRole("link", { name: "DOCK-2" }).waitFor();
  assert.deepEqual(await names(), ["DOCK-2"]);
  await page.getByRole("button", { name: "Filters (2)" }).click();
  await takePictures(page, "devices-filtered", () => assertAccessible(page, "filters"));
});

test("a view is kept under a name, found again, and given up", async () => {
  const { page } = open;
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Save this view" }).click();
  const save = dialog().getByRole("button", { name: "Save" });
  assert.equal(await save.isDisabled(), true, "a view needs a name");
  await dialog().getByLabel("Name of the view").fill("Lost ones");
  await save.click();
  await page.getByRole("button", { name: "Lost ones" }).click();
  await takePictures(page, "views", () => assertAccessible(page, "the views"));
  await page.getByRole("menuitem", { name: "Everything" }).click();
  await page.getByRole("link", { name: "W11-RECEPTION" }).waitFor();
  await page.goto("/devices");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByRole("menuitem", { name: "Lost ones" }).click();
  await page.getByRole("link", { name: "W11-RECEPTION" }).waitFor({ state: "detached" });
  assert.deepEqual(await names(), ["DOCK-2"]);
  await page.getByRole("button", { name: "Lost ones" }).click();
  await page.getByRole("menuitem", { name: "Remove the view" }).click();
  await page.getByRole("button", { name: "Views" }).waitFor();
});

test("a made-up address narrows nothing and breaks nothing", async () => {
  const { page } = open;
  await page.goto('/devices?sort=price&q=&where={"state":"nonsense","price":"1","__proto__":"x"}');
  await page.getByText("Nothing matches").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("link", { name: "W10-XRAY" }).waitFor();
  await page.goto("/devices?where=[1,2]&sort=%2F%2F&q=%7B%7D");
  await page.getByRole("heading", { name: "Devices", level: 1 }).waitFor();
});

test("Ctrl+K goes to the search and Escape empties it", async () => {
  const { page } = open;
  await page.goto("/devices");
  await page.getByRole("link", { name: "W10-XRAY" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("dock");
  assert.deepEqual(await names(), ["DOCK-2", "DOCK-10"]);
  await page.keyboard.press("Escape");
  assert.equal(await search().inputValue(), "");
  assert.equal((await names()).length, 5);
});

test("many workstations are suspended at once: the cascade first, then a result for each", async () => {
  const { page } = open;
  const xray = portal.state.devices.find(({ name }) => name === "W10-XRAY");
  assert.ok(xray);
  for (const name of ["W11-RECEPTION", "W10-XRAY", "CAD-01", "DOCK-2"]) await choose(name);
  await bar().getByText("4 chosen").waitFor();
  await takePictures(page, "devices-chosen", () => assertAccessible(page, "chosen rows"));
  await bar().getByRole("button", { name: "Suspend", exact: true }).click();
  await dialog().getByText("Suspend 3 workstations?").waitFor();
  await dialog().getByText("2 are out of reach: each hears of this on its return").waitFor();
  await dialog().getByText("1 open session ends.").waitFor();
  await dialog().getByText("CAD-01: is suspended already").waitFor();
  await takePictures(page, "bulk-cascade", () => assertAccessible(page, "the cascade of many"));
  assert.equal(xray.state, "active", "nothing happens before it is confirmed");
  // One of them fails at the portal, as when it was removed by somebody else meanwhile.
  const failing = `**/api/v1/devices/${xray.id}/suspend`;
  await page.route(failing, (route) => route.fulfill({ status: 404, body: JSON.stringify({ type: "urn:doorward:problem:not_found" }) }));
  await dialog().getByRole("button", { name: "Suspend", exact: true }).click();
  await dialog().getByText("2 done, 1 failed").waitFor();
  await dialog().getByText("This no longer exists").waitFor();
  await takePictures(page, "bulk-results", () => assertAccessible(page, "the results of many"));
  assert.equal(xray.state, "active");
  await page.unroute(failing);
  await dialog().getByRole("button", { name: "Try the rest again" }).click();
  await dialog().getByText("3 done").waitFor();
  assert.equal(xray.state, "suspended");
  const focused = (where: string) => page.evaluate((selector) => document.activeElement?.closest(selector) !== null, where);
  assert.equal(await focused('[role="dialog"]'), true, "the keyboard stays in the dialog when its form is gone");
  await page.keyboard.press("Escape");
  await bar().waitFor({ state: "detached" });
  assert.equal(await focused("main section"), true, "and is back at the list afterwards");
});

test("when the portal is gone in the middle, the rest is not tried", async () => {
  const { page } = open;
  let asked = 0;
  await page.route("**/api/v1/devices/*/resume", (route) => {
    asked += 1;
    return route.fulfill({ status: 403, body: JSON.stringify({ type: "urn:doorward:problem:forbidden" }) });
  });
  await page.getByRole("checkbox", { name: "Choose all 5" }).check();
  await bar().getByRole("button", { name: "End the suspension" }).click();
  await dialog().getByRole("button", { name: "End the suspension" }).click();
  await dialog().getByText("0 done, 1 failed, 3 not tried").waitFor();
  assert.equal(asked, 1);
  await page.unroute("**/api/v1/devices/*/resume");
  await dialog().getByRole("button", { name: "Close" }).last().click();
});

test("removing many needs their number, and only what is shown is touched", async () => {
  const { page } = open;
  await page.getByRole("checkbox", { name: "Choose all 5" }).check();
  await search().fill("dock");
  await bar().getByText("2 chosen").waitFor();
  await bar().getByRole("button", { name: "Remove" }).click();
  const confirm = dialog().getByRole("button", { name: "Remove" });
  assert.equal(await confirm.isDisabled(), true);
  await dialog().getByLabel("Type “2” to go on").fill("5");
  assert.equal(await confirm.isDisabled(), true, "another number does not do");
  await dialog().getByLabel("Type “2” to go on").fill("2");
  await confirm.click();
  await dialog().getByText("2 done").waitFor();
  await dialog().getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("link", { name: "CAD-01" }).waitFor();
  assert.equal(portal.state.devices.length, 3);
});

test("invitations are sent anew to those who are still invited, each with its link", async () => {
  const { page } = open;
  await page.goto("/technicians");
  await page.getByRole("link", { name: "Sam Ito" }).waitFor();
  await choose("Sam Ito");
  await choose("Nik Holm");
  await bar().getByRole("button", { name: "New invitation link" }).click();
  await dialog().getByText("Nik Holm: has accepted the invitation already").waitFor();
  await dialog().getByRole("button", { name: "New invitation link" }).click();
  await dialog().getByText("Hand over this link:").waitFor();
  await dialog().getByRole("button", { name: "Copy: Sam Ito" }).waitFor();
  await dialog().getByRole("button", { name: "Close" }).last().click();
});

test("disabling many asks why, spares the owner, and lists what stays open offline", async () => {
  const { nik, ada } = seeded;
  for (const name of ["Olivia Berg", "Nik Holm", "Ada Quist", "Kim Brandt"]) await choose(name);
  await bar().getByRole("button", { name: "Disable" }).click();
  await dialog().getByText("Disable 2 technicians?").waitFor();
  await dialog().getByText("Olivia Berg: The owner's record cannot be disabled.").waitFor();
  const confirm = dialog().getByRole("button", { name: "Disable" });
  assert.equal(await confirm.isDisabled(), true, "a reason is needed");
  await dialog().getByLabel("Reason").fill("End of the project");
  await confirm.click();
  await dialog().getByText("2 done").waitFor();
  assert.deepEqual([nik.status, ada.status], ["disabled", "disabled"]);
  assert.equal(nik.status_reason, "End of the project");
  await dialog().getByRole("button", { name: "Close" }).last().click();
});

test("a list of several pages is sorted, filtered and exported whole", async () => {
  const { page } = open;
  for (let count = 1; count <= workshop; ++count) {
    portal.state.addDevice(seeded.harbor, `BENCH-${count}`, { connected: count % 3 !== 0, last_seen_at: iso(-count * day) });
  }
  const all = portal.state.devices.length;
  await page.goto("/devices?sort=-name");
  await page.getByText(`100 of ${all} shown`).waitFor();
  await page.getByText(`${all} rows`, { exact: true }).waitFor();
  await page.getByRole("button", { name: "Sort by Workstation" }).click();
  await page.getByRole("button", { name: "Sort by Workstation" }).click();
  assert.equal((await names())[0], "BENCH-1", "sorted over all pages, numbers as numbers");
  await search().fill(`bench-${workshop}`);
  assert.deepEqual(await names(), [`BENCH-${workshop}`], "found although it stood on the last page");
  await search().fill("bench");
  await page.getByText(`${workshop} of ${all} rows`).waitFor();
  const lines = await exported();
  assert.equal(lines.length, workshop + 1, "the export holds more than what is drawn");
  await page.getByRole("checkbox", { name: `Choose all ${workshop}` }).check();
  await bar().getByText(`${workshop} chosen`).waitFor();
  await page.getByRole("button", { name: "Show more" }).click();
  await page.getByText(`200 of ${workshop} shown`).waitFor();
});

test("a page of the list that fails is not taken for the end of it", async () => {
  const { page } = open;
  await page.route(/\/api\/v1\/devices\?.*after=200/, (route) =>
    route.fulfill({ status: 400, body: JSON.stringify({ type: "urn:doorward:problem:malformed" }) }),
  );
  await page.goto("/devices");
  await page.getByRole("button", { name: "Try again" }).waitFor();
  assert.equal(await page.getByRole("table").count(), 0, "half a list is not shown as the list");
  await page.unroute(/\/api\/v1\/devices\?.*after=200/);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Search, filters, choice and export cover all").waitFor();
});

test("workstations show by themselves who comes and who goes", async () => {
  const { page } = open;
  await page.goto("/devices?q=XRAY");
  const row = page.getByRole("row", { name: /W10-XRAY/ });
  await row.getByText("out of reach").waitFor();
  const xray = portal.state.devices.find(({ name }) => name === "W10-XRAY");
  assert.ok(xray);
  xray.connected = true;
  portal.changed("devices");
  await row.getByText("connected").waitFor();
});

test("the audit log is exported beyond the page, as filtered", async () => {
  const { page } = open;
  await page.goto("/audit?kind=session_closed");
  await page.getByRole("button", { name: /Session closed/ }).first().waitFor();
  const lines = await exported();
  assert.equal(lines.length, 31);
  assert.ok(lines.slice(1).every((line) => line.includes(",session_closed,")));
  await page.getByText("30 events exported.").waitFor();
});

test("no page broke its content security policy or logged an error", () => {
  open.assertClean();
});
