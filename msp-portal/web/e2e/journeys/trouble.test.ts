import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seed } from "../fake/seed.ts";
import { FakePortal } from "../fake/server.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { takePictures } from "../support/pictures.ts";
import { setUpOwner } from "../support/set_up.ts";
import { fakeTarget, type Target } from "../support/target.ts";

const technicians = /\/api\/v1\/technicians\?/;

// Parts of the page that do not arrive: the browser logs that, so nothing here asks for a clean console.

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

test("a screen whose files do not arrive says so and offers to reload", async () => {
  const { page } = open;
  await page.goto("/");
  await page.getByRole("heading", { name: "Dashboard" }).waitFor();
  await page.route("**/assets/technicians_screen*", (route) => route.abort("failed"));
  await page.getByRole("link", { name: "Technicians", exact: true }).click();
  await page.getByText("This page did not arrive").waitFor();
  assert.ok(await page.getByRole("link", { name: "Dashboard" }).isVisible(), "the menu is still there");
  await takePictures(page, "not-arrived", () => assertAccessible(page, "a screen that did not arrive"));
  await page.unroute("**/assets/technicians_screen*");
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("link", { name: "Nik Holm" }).waitFor();
});

test("a screen that a newer version no longer has says so, too", async () => {
  const { page } = open;
  await page.route("**/assets/policies_screen*", (route) => route.fulfill({ status: 404, body: "{}" }));
  await page.getByRole("link", { name: "Policies" }).click();
  await page.getByText("the portal was updated after you opened it").waitFor();
  await page.unroute("**/assets/policies_screen*");
});

for (const [what, files] of [
  ["the first script", "**/assets/index-*.js"],
  ["the words", "**/assets/en-*.js"],
  ["the style sheet and the first script", "**/assets/index-*"],
] as const) {
  test(`without ${what} the page is not white but says what to do`, async () => {
    const { page } = open;
    await page.route(files, (route) => route.abort("failed"));
    await page.goto("/");
    await page.getByText("Doorward is being fetched.").waitFor({ timeout: 6000 });
    await page.getByRole("link", { name: "Reload the page" }).waitFor();
    await page.unroute(files);
    await page.getByRole("link", { name: "Reload the page" }).click();
    await page.getByRole("heading", { name: "Dashboard" }).waitFor();
  });
}

test("a page that arrives never shows the words for one that does not", async () => {
  const { page } = open;
  let seen = false;
  await page.route("**/assets/en-*.js", async (route) => {
    seen ||= await page.getByText("Doorward is being fetched.").isVisible();
    await route.continue();
  });
  await page.goto("/");
  await page.getByRole("heading", { name: "Dashboard" }).waitFor();
  await page.unroute("**/assets/en-*.js");
  assert.equal(seen, false);
  assert.equal(await page.getByText("Doorward is being fetched.").count(), 0);
});

test("a language that does not arrive leaves the one there is", async () => {
  const { page } = open;
  await page.route("**/assets/de-*.js", (route) => route.abort("failed"));
  await page.getByRole("button", { name: /Your account/ }).click();
  await page.getByRole("menuitem", { name: "Deutsch" }).click();
  await page.getByText("The other language could not be fetched.").waitFor();
  await page.getByRole("heading", { name: "Dashboard" }).waitFor();
  await page.unroute("**/assets/de-*.js");
});

test("a list that cannot be fetched says why and can be tried again", async () => {
  const { page } = open;
  await page.route(technicians, (route) => route.abort("failed"));
  await page.goto("/technicians");
  await page.getByText("The portal cannot be reached. Check your network, then try again.").waitFor({ timeout: 15_000 });
  await page.unroute(technicians);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: "Nik Holm" }).waitFor();
});

test("when the portal goes away the page says that it grows old, and catches up when it is back", async () => {
  const { page } = open;
  const warning = page.getByText("What you see is how things were");
  await page.goto("/devices");
  await page.getByRole("link", { name: "W10-XRAY" }).waitFor();
  assert.equal(await warning.count(), 0, "a page that has just been opened is not old");
  portal.silence(true);
  await warning.waitFor({ timeout: 12_000 });
  await takePictures(page, "not-live", () => assertAccessible(page, "a page that is not live"));
  const renamed = portal.state.devices.find(({ name }) => name === "W10-XRAY");
  assert.ok(renamed);
  renamed.name = "W12-XRAY";
  portal.silence(false);
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await page.getByRole("link", { name: "W12-XRAY" }).waitFor({ timeout: 15_000 });
  await warning.waitFor({ state: "detached" });
});
