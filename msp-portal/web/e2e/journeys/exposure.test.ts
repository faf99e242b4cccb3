// Where somebody could still enter offline.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seed } from "../fake/seed.ts";
import { FakePortal } from "../fake/server.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
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

test("the dashboard counts who could still enter, and leads to where and until when", async () => {
  const { page } = open;
  await page.goto("/");
  const tile = page.getByRole("link", { name: /Could still enter/ });
  await tile.getByText("at 2 workstations out of reach; 1 nobody can judge").waitFor();
  await tile.click();
  await page.getByRole("heading", { name: "Offline exposure", level: 1 }).waitFor();
  const rows = page.getByRole("table", { name: "Offline exposure" }).getByRole("row");
  await rows.filter({ hasText: "Kim Brandt" }).first().waitFor();
  assert.equal(await rows.filter({ hasText: "Kim Brandt" }).count(), 2);
  await rows.filter({ hasText: "DOCK-2" }).filter({ hasText: "A phone" }).waitFor();
  await rows.filter({ hasText: "2 (holds 41 of 43)" }).first().waitFor();
  const unjudged = page.getByRole("region", { name: "1 workstation nobody can judge" });
  await unjudged.getByText("OLD-PC (Harbor Dental)").waitFor();
});

test("a row goes when its workstation has acknowledged the newer roster", async () => {
  const { page } = open;
  const { exposures } = portal.state;
  exposures.splice(0, exposures.length, ...exposures.filter(({ device }) => device.name !== "DOCK-2"));
  portal.changed("devices");
  const rows = page.getByRole("table", { name: "Offline exposure" }).getByRole("row");
  await rows.filter({ hasText: "DOCK-2" }).first().waitFor({ state: "detached" });
  exposures.length = 0;
  portal.state.unjudged.length = 0;
  portal.changed("devices");
  await page.getByText("Nobody is exposed").waitFor();
});

test("no page broke its content security policy or logged an error", () => {
  open.assertClean();
});
