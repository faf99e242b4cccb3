import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { assertAccessible } from "../support/accessible.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { takePictures } from "../support/pictures.ts";
import { steps } from "../support/steps.ts";
import { setUpOwner } from "../support/set_up.ts";
import { openTarget, type Target } from "../support/target.ts";

// Journeys 2 and 6 of the design, on the fake portal or, by its address, on a real one.

let target: Target;
let open: OpenPage;

before(async () => {
  target = await openTarget();
  open = await openPage(target);
});

after(async () => {
  await open?.close();
  await target?.close();
});

test("the owner sets the portal up and a technician becomes able to sign in", async (walk) => {
  const { page } = open;
  const step = steps(walk);

  await step("a set-up link without its secret is explained", async () => {
    await page.goto(`${target.origin}/set-up`);
    await page.getByRole("heading", { name: "This link is not good any more" }).waitFor();
    await takePictures(page, "set-up-bad-link", () => assertAccessible(page, "a bad set-up link"));
  });

  await step("the set-up form says what is missing", async () => {
    await page.goto(target.setUpLink);
    await page.getByRole("button", { name: "Register a passkey" }).click();
    assert.equal(new URL(page.url()).hash, "", "the secret leaves the address bar");
    assert.equal(await page.getByText("Name: 1 to 120 characters").count(), 2);
    await takePictures(page, "set-up", () => assertAccessible(page, "set-up"));
    await page.goto("about:blank");
  });

  await step("the owner registers a passkey and names the team", async () => {
    await setUpOwner(page, target);
    await page.getByText("Northlight IT").first().waitFor();
  });

  await step("a customer is added", async () => {
    await page.getByRole("button", { name: "Add a customer" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Customer-1");
    await dialog.getByRole("button", { name: "Add a customer" }).click();
    await page.getByText("Customer-1 is there.").waitFor();
  });

  await step("a workstation appears by itself after the install line was run", async () => {
    await page.getByRole("button", { name: "Make the install line" }).click();
    await page.getByText("Waiting for the workstation").waitFor();
    const line = await page.getByLabel("Install line", { exact: true }).innerText();
    assert.match(line, /dwe1:/);
    await takePictures(page, "start", () => assertAccessible(page, "get started"));
    await target.enrol(line);
    await page.getByText("1 workstation is enrolled.").waitFor({ timeout: 30_000 });
  });

  await step("a technician is invited by a link", async () => {
    await page.getByRole("button", { name: "Invite a technician" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByLabel("Name", { exact: false }).first().fill("Nik Holm");
    await drawer.getByRole("button", { name: "Invite" }).click();
    await drawer.getByText("Hand this link over").waitFor();
    assert.match(await drawer.getByLabel("Invitation link").first().innerText(), /\/invitation#[\w-]{43}$/);
    await takePictures(page, "invited", () => assertAccessible(page, "the invitation link"));
    await drawer.getByRole("button", { name: "Close" }).last().click();
  });

  await step("a right is granted and the guide is finished", async () => {
    await page.getByRole("button", { name: "Grant a right" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByRole("combobox", { name: "Who" }).click();
    await page.getByRole("option", { name: "Nik Holm" }).click();
    await takePictures(page, "grant-right", () => assertAccessible(page, "granting a right"));
    await drawer.getByRole("button", { name: "Grant a right" }).click();
    await page.getByText("All set").waitFor();
  });

  await step("the list shows the workstation live, and what is done to all of it", async () => {
    const dialog = page.getByRole("dialog");
    const doToAll = async (label: string, says: string) => {
      await page.getByRole("checkbox", { name: /^Choose all/ }).check();
      await page.getByRole("region", { name: "Chosen rows" }).getByRole("button", { name: label, exact: true }).click();
      await dialog.getByRole("button", { name: label, exact: true }).click();
      await dialog.getByText("1 done").waitFor();
      await dialog.getByText(says).waitFor();
      await dialog.getByRole("button", { name: "Close" }).last().click();
    };
    await page.getByRole("link", { name: "Devices" }).click();
    const row = page.locator("tbody tr").first();
    await row.getByText("connected", { exact: true }).waitFor({ timeout: 30_000 });
    await doToAll("Suspend", "suspended");
    await row.getByText("suspended", { exact: true }).waitFor();
    await doToAll("End the suspension", "You are the only administrator");
    await row.getByText("active", { exact: true }).waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill("no such workstation");
    await page.getByText("Nothing matches").waitFor();
  });

  await step("the workstation's page says who may enter, and what is still missing", async () => {
    await page.goto("/devices");
    await page.locator("tbody tr").first().getByRole("link").first().click();
    const who = page.getByRole("region", { name: "Who can enter" });
    await who.getByText("may not enter").waitFor();
    await who.getByRole("button", { name: /^Why: Nik Holm/ }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText("They have not accepted their invitation yet.").waitFor();
    await drawer.getByText("Full device access on Customer-1 (own): in force").waitFor();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Revoke: Nik Holm/ }).click();
    await drawer.getByText("It changes nobody's workstations right now.").waitFor();
    await drawer.getByRole("button", { name: "Cancel" }).click();
    await drawer.waitFor({ state: "detached" });
  });

  await step("the customer goes over to one account for all, and the workstation follows (journey 6)", async () => {
    await page.getByRole("link", { name: "Customers", exact: true }).click();
    await page.getByRole("heading", { name: "Customers", level: 1 }).waitFor();
    await page.getByRole("link", { name: "Customer-1" }).click();
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Change accounts and codes" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "One for all" }).check();
    await dialog.getByText("New (1)").waitFor();
    await dialog.getByRole("button", { name: "Apply" }).click();
    await page.getByText(/One for all \(msp-\d{4}\)/).waitFor();
    // Nobody follows on the fake portal.
    const done = process.env.DOORWARD_PORTAL_URL === undefined ? 0 : 1;
    await page.getByText(`${done} of 1 workstation done`).waitFor({ timeout: 30_000 });
  });

  await step("the audit log is exported", async () => {
    await page.getByRole("link", { name: "Audit" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export CSV" }).click(),
    ]);
    const log = await readFile(await download.path(), "utf8");
    assert.ok(log.split("\r\n").length >= 4, log);
    assert.match(log, /Customer-1/);
  });

  await step("the owner signs out and in again with the passkey", async () => {
    await page.getByRole("button", { name: /Your account/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
    await takePictures(page, "sign-in", () => assertAccessible(page, "sign-in"));
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { name: "Dashboard" }).waitFor();
  });

  open.assertClean();
});
