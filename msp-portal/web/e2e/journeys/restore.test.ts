import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seed } from "../fake/seed.ts";
import { FakePortal } from "../fake/server.ts";
import { hour, id, iso } from "../fake/state.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { loaded, takePictures } from "../support/pictures.ts";
import { setUpOwner } from "../support/set_up.ts";
import { fakeTarget, type Target } from "../support/target.ts";

let portal: FakePortal;
let target: Target;
let open: OpenPage;

before(async () => {
  portal = await FakePortal.start();
  target = fakeTarget(portal);
  open = await openPage(target);
  await setUpOwner(open.page, target);
  seed(portal.state);
});

after(async () => {
  await open?.close();
  await target?.close();
});

test("a portal that was not restored has nothing to accept", async () => {
  const { page } = open;
  await page.goto("/restore");
  await page.getByText("Nothing to do").waitFor();
  assert.equal(await page.getByRole("button", { name: "Accept the backup" }).count(), 0);
});

test("after a restore every page says so, what differs is shown, and two people accept it", async () => {
  const { page } = open;
  const { state } = portal;
  const report = { connected: true, reported_at: iso(-hour / 6), revisions_lacking: 0, events_lacking: 0 };
  const about = (index: number) => {
    const device = state.devices[index];
    assert.ok(device);
    return { id: device.id, name: device.name, tenant: device.tenant };
  };
  state.team = { ...state.team, restored_at: iso(-hour) };
  const incarnation = id();
  const accepted = { version: 1, kind: "restore", team_id: state.team.id, incarnation };
  state.restore = {
    team_id: state.team.id,
    incarnation,
    payload: Buffer.from(JSON.stringify(accepted)).toString("base64url"),
    restored_at: iso(-hour),
    accepted_by: null,
    needs_another_person: true,
    may_accept: true,
    unknown_devices: 2,
    devices: [
      { ...about(0), ...report, roster: "same" },
      { ...about(1), ...report, roster: "newer", revisions_lacking: 4, events_lacking: 31 },
      { ...about(2), ...report, roster: "none", connected: false, reported_at: null },
      { ...about(3), ...report, roster: "other_life" },
    ],
  };
  await page.goto("/");
  await page.getByRole("alert").getByRole("link", { name: "See what differs" }).click();
  await page.getByRole("heading", { name: "Restored from a backup", level: 1 }).waitFor();
  await loaded(page);
  await page.getByText("3 of 4 workstations have come back.").waitFor();
  await page.getByText("2 workstations know changes that the backup lacks.").waitFor();
  await page.getByText("31 audit events are still missing.").first().waitFor();
  await page.getByText("2 connected that the backup does not know").waitFor();
  const rows = page.getByRole("region", { name: "What differs" }).locator("ul").last().getByRole("listitem");
  assert.match((await rows.first().textContent()) ?? "", /W10-XRAY.*4 newer/s, "who knows more stands first");
  await takePictures(page, "restore", () => assertAccessible(page, "/restore"));

  await page.getByRole("button", { name: "Accept the backup" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Another administrator has to accept as well.").waitFor();
  await dialog.getByRole("button", { name: "Accept the backup" }).click();
  await page.getByText("You have accepted. Now another administrator has to.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Accept the backup" }).count(), 0);

  assert.ok(state.restore);
  state.restore = { ...state.restore, accepted_by: { id: id(), name: "Ada Quist" }, may_accept: true };
  portal.changed("devices");
  await page.getByText("Ada Quist has accepted. A second person has to.").waitFor();
  await page.getByRole("button", { name: "Accept the backup" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Accept the backup" }).click();
  await page.getByText("Nothing to do").waitFor();
  assert.equal(await page.getByRole("alert").getByRole("link", { name: "See what differs" }).count(), 0);
});

test("no page broke its content security policy or logged an error", () => {
  open.assertClean();
});
