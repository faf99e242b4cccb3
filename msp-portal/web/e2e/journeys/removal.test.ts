// What workstations say when Doorward was taken out of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seed } from "../fake/seed.ts";
import { FakePortal } from "../fake/server.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { takePictures } from "../support/pictures.ts";
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

test("a workstation's own statement is brought as a file; one that does not hold removes nothing", async () => {
  const { page } = open;
  const device = portal.state.devices.find(({ name }) => name === "W10-XRAY");
  assert.ok(device);
  await page.goto(`/devices/${device.id}`);
  await page.getByRole("button", { name: "Bring the statement of removal of W10-XRAY" }).click();
  const dialog = page.getByRole("dialog");
  const bring = async (content: string) => {
    await dialog.locator('input[type="file"]').setInputFiles({ name: "doorward-removal.json", mimeType: "application/json", buffer: Buffer.from(content) });
    await dialog.getByRole("button", { name: "Check and take it" }).click();
  };
  await bring("not a statement");
  await dialog.getByText("This is not such a file.").waitFor();
  await bring('{"body":"e30","signature":"bad"}');
  await dialog.getByText(/The signature is not this workstation's/).waitFor();
  await takePictures(page, "statement", () => assertAccessible(page, "bringing a statement"));
  await bring('{"body":"e30","signature":"good"}');
  await page.getByText("The statement holds. W10-XRAY is removed.").waitFor();
  await page.getByRole("heading", { name: "Devices", level: 1 }).waitFor();

  await page.getByRole("link", { name: "Removed workstations" }).click();
  await page.getByRole("row").filter({ hasText: "OLD-PC" }).getByText("None: nobody knows what is left there").waitFor();
  await page.getByRole("row").filter({ hasText: "W10-XRAY" }).getByText("Something remained").waitFor();
  await page.getByRole("button", { name: "Look at the statement of W10-XRAY" }).click();
  await page.getByRole("dialog").getByText("3 events at its end never came").waitFor();
  await page.getByRole("dialog").getByText("Still there; take it out by hand").waitFor();
  await takePictures(page, "removal", () => assertAccessible(page, "a statement"));
});

test("no page broke its content security policy or logged an error", () => {
  open.assertClean();
});
