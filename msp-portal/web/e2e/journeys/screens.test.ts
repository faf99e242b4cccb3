import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seed } from "../fake/seed.ts";
import { FakePortal } from "../fake/server.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { loaded, takePictures } from "../support/pictures.ts";
import { setUpOwner } from "../support/set_up.ts";
import { fakeTarget, type Target } from "../support/target.ts";

let portal: FakePortal;
let target: Target;
let open: OpenPage;
let seeded: ReturnType<typeof seed>;

before(async () => {
  portal = await FakePortal.start();
  target = fakeTarget(portal);
  open = await openPage(target);
  await setUpOwner(open.page, target);
});

after(async () => {
  await open?.close();
  await target?.close();
});

const empty: [string, string, string][] = [
  ["empty-dashboard", "/", "Dashboard"],
  ["empty-customers", "/customers", "Customers"],
  ["empty-devices", "/devices", "Devices"],
  ["empty-departments", "/departments", "Departments"],
  ["empty-device-groups", "/device-groups", "Device groups"],
  ["empty-requests", "/changes", "Requests"],
  ["empty-exposure", "/offline-exposure", "Offline exposure"],
  ["empty-removed", "/removed-devices", "Removed workstations"],
];

const full: [string, string, string][] = [
  ["dashboard", "/", "Dashboard"],
  ["customers", "/customers", "Customers"],
  ["devices", "/devices", "Devices"],
  ["exposure", "/offline-exposure", "Offline exposure"],
  ["removed-devices", "/removed-devices", "Removed workstations"],
  ["technicians", "/technicians", "Technicians"],
  ["departments", "/departments", "Departments"],
  ["device-groups", "/device-groups", "Device groups"],
  ["roles", "/roles", "Roles"],
  ["policies", "/policies", "Access policies"],
  ["new-policy", "/policies/new", "A new access policy"],
  ["requests", "/changes", "Requests"],
  ["audit", "/audit", "Audit"],
  ["settings", "/settings", "Settings"],
  ["real-phone", "/real-phone", "A real phone needs a real host name"],
];

async function show(name: string, path: string, heading: string) {
  const { page } = open;
  await page.goto(path);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  await loaded(page);
  await takePictures(page, name, async () => {
    await assertAccessible(page, path);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `${path} scrolls sideways by ${overflow} px`);
  });
}

test("every empty screen teaches how to begin", async (walk) => {
  for (const [name, path, heading] of empty) await walk.test(path, () => show(name, path, heading));
});

test("every screen with content is accessible at all widths and in both schemes", async (walk) => {
  seeded = seed(portal.state);
  for (const [name, path, heading] of full) await walk.test(path, () => show(name, path, heading));
  const details: [string, string, string][] = [
    ["customer", `/customers/${seeded.harbor.id}`, seeded.harbor.name],
    ["device", `/devices/${seeded.reception.id}`, seeded.reception.name],
    ["technician", `/technicians/${seeded.ada.id}`, seeded.ada.name],
    ["department", `/departments/${seeded.support.id}`, seeded.support.name],
    ["device-group", `/device-groups/${seeded.front.id}`, seeded.front.name],
    ["role", `/roles?role=${seeded.night.id}`, "Roles"],
    ["policy", `/policies/${seeded.hours.id}`, seeded.hours.name],
    ["revise-policy", `/policies/${seeded.hours.id}/revise`, `Revise ${seeded.hours.name}`],
    ["request", `/changes/${portal.state.changes.find(({ kind }) => kind === "right_grant")?.id ?? ""}`, "Grant a right: Nik Holm"],
  ];
  for (const [name, path, heading] of details) await walk.test(path, () => show(name, path, heading));
});

test("the tabs of a customer", async (walk) => {
  const { page } = open;
  await page.goto(`/customers/${seeded.harbor.id}`);
  for (const tab of ["Groups", "Rights", "Enrolment", "Settings"]) {
    await walk.test(tab, async () => {
      await page.getByRole("tab", { name: tab }).click();
      await loaded(page);
      await takePictures(page, `customer-${tab.toLowerCase()}`, () => assertAccessible(page, tab));
    });
  }
});

test("dialogs and drawers are accessible", async (walk) => {
  const { page } = open;
  await walk.test("why somebody may enter, and why not", async () => {
    await page.goto(`/devices/${seeded.reception.id}`);
    await page.getByRole("button", { name: `Why: ${seeded.nik.name}, ${seeded.reception.name}` }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText(`${seeded.nik.name} may enter ${seeded.reception.name} as`).waitFor();
    await drawer.getByText("Night shift on Front desk (department Support)").waitFor();
    await takePictures(page, "entry-why", () => assertAccessible(page, "why"));
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Revoke: Everyone/ }).click();
    await drawer.getByText(/workstations they can enter now/).waitFor();
    await takePictures(page, "revoke", () => assertAccessible(page, "revoking a right"));
    await drawer.getByRole("button", { name: "Cancel" }).click();
  });
  await walk.test("disabling a technician shows what follows", async () => {
    await page.goto(`/technicians/${seeded.nik.id}`);
    await page.getByRole("button", { name: "Disable" }).click();
    await page.getByText("Could still be entered offline").waitFor();
    await takePictures(page, "disable", () => assertAccessible(page, "disabling"));
    await page.keyboard.press("Escape");
  });
  await walk.test("resetting a phone leads to a new pairing link with its code", async () => {
    await page.getByRole("button", { name: "Reset phone" }).click();
    const dialog = page.getByRole("dialog");
    const confirm = dialog.getByRole("button", { name: "Reset phone" });
    assert.equal(await confirm.isDisabled(), true, "the name has to be typed first");
    await takePictures(page, "reset-phone", () => assertAccessible(page, "resetting a phone"));
    await dialog.getByLabel("Type “Nik Holm” to go on").fill("Nik Holm");
    await confirm.click();
    await page.getByRole("img", { name: "QR code of the pairing link" }).waitFor();
    await dialog.getByText("A real phone cannot open this link: app.localhost:8444").waitFor();
    await takePictures(page, "pairing", () => assertAccessible(page, "the pairing link"));
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  });
  await walk.test("an audit event opens with all its facts", async () => {
    await page.goto("/audit");
    await page.getByRole("button", { name: /Sign-in by code/ }).first().click();
    await page.getByRole("dialog").getByText("Code used").waitFor();
    await takePictures(page, "audit-event", () => assertAccessible(page, "an audit event"));
    await page.keyboard.press("Escape");
  });
  await walk.test("the menu on a phone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: "Open the menu" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "Devices" }).waitFor();
    await assertAccessible(page, "the menu");
    await page.getByRole("dialog").getByRole("link", { name: "Devices" }).click();
    await page.getByRole("heading", { name: "Devices", level: 1 }).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
  });
  await walk.test("German", async () => {
    await page.getByRole("button", { name: /Your account/ }).click();
    await page.getByRole("menuitem", { name: "Deutsch" }).click();
    await page.getByRole("heading", { name: "Geräte", level: 1 }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "de");
    await takePictures(page, "devices-german", () => assertAccessible(page, "the devices in German"));
  });
});

test("no page broke its content security policy or logged an error", () => {
  open.assertClean();
});
