import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seed } from "../fake/seed.ts";
import { FakePortal } from "../fake/server.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { loaded, takePictures } from "../support/pictures.ts";
import { setUpOwner } from "../support/set_up.ts";
import { steps } from "../support/steps.ts";
import { fakeTarget, type Target } from "../support/target.ts";

// Journey 6: a customer goes over to one account for all. Plan, apply, watch, take back.

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

test("the accounts of a customer are switched by plan, watched, and taken back", async (walk) => {
  const step = steps(walk);
  const { page } = open;
  const { harbor } = seeded;
  const dialog = page.getByRole("dialog", { name: "Change accounts and codes" });
  const plan = page.getByRole("region", { name: "What happens then" });
  const progress = page.getByRole("region", { name: "The last change of accounts and codes" });

  await step("nothing can be applied before something else is chosen", async () => {
    await page.goto(`/customers/${harbor.id}`);
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Change accounts and codes" }).click();
    await dialog.waitFor();
    assert.equal(await dialog.getByRole("button", { name: "Apply" }).isDisabled(), true);
    assert.equal(await plan.count(), 0);
    assert.equal(await progress.count(), 0);
  });

  await step("the plan says what is locked and made, who is signed in and who is away", async () => {
    await dialog.getByRole("radio", { name: "One for all" }).check();
    await plan.waitFor();
    const said = await plan.innerText();
    for (const part of ["msp-nik", "Nik Holm", "msp-ada", "msp-4711", "all technicians", "No code ends", "W11-RECEPTION: 1 session", "W10-XRAY"]) {
      assert.ok(said.includes(part), `${part} is not in: ${said}`);
    }
    assert.equal(harbor.settings.account_mode, "named");
    await takePictures(page, "account-plan", () => assertAccessible(page, "the plan"));
  });

  await step("a prefix that is none cannot be applied", async () => {
    await dialog.getByRole("switch", { name: "A prefix of its own" }).click();
    await dialog.getByLabel("Account prefix").fill("Not A Prefix");
    assert.equal(await dialog.getByRole("button", { name: "Apply" }).isDisabled(), true);
    assert.equal(await plan.count(), 0);
    await dialog.getByRole("switch", { name: "A prefix of its own" }).click();
    await plan.waitFor();
  });

  await step("what somebody else changed meanwhile is not overwritten", async () => {
    portal.state.touch(`tenant/${harbor.id}`);
    await dialog.getByRole("button", { name: "Apply" }).click();
    await dialog.getByText("Somebody changed this meanwhile").first().waitFor();
    assert.equal(harbor.settings.account_mode, "named");
    await dialog.getByRole("button", { name: "Reload" }).click();
    await dialog.getByText("Somebody changed this meanwhile").first().waitFor({ state: "detached" });
  });

  await step("applied, each workstation shows how far it is, without reloading", async () => {
    await dialog.getByRole("radio", { name: "One for all" }).check();
    await plan.waitFor();
    await dialog.getByRole("button", { name: "Apply" }).click();
    await progress.getByText("0 of 2 workstations done").waitFor();
    assert.equal(harbor.settings.account_mode, "shared");
    await page.getByText("One for all (msp-4711)").waitFor();
    await progress.getByText("Follows when it returns.").waitFor();
    const [reception, xray] = portal.state.switches.get(harbor.id)?.workstations ?? [];
    assert.ok(reception && xray);
    reception.progress = "still_open";
    reception.open_accounts = ["msp-nik"];
    portal.changed("devices");
    await progress.getByText("Somebody is still signed in as msp-nik.").waitFor();
    xray.progress = "conflict";
    portal.changed("devices");
    await progress.getByText("A local account of the new name is not ours.").waitFor();
    await loaded(page);
    await takePictures(page, "account-progress", () => assertAccessible(page, "the progress"));
    reception.progress = "done";
    xray.progress = "done";
    portal.changed("devices");
    await progress.getByText("2 of 2 workstations done").waitFor();
  });

  await step("it is taken back by the same way, plan first", async () => {
    await progress.getByRole("button", { name: "Take it back" }).click();
    await plan.waitFor();
    assert.ok((await plan.innerText()).includes("msp-nik"));
    await dialog.getByRole("button", { name: "Apply" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.equal(harbor.settings.account_mode, "named");
    assert.equal(harbor.settings.own.account_mode, null);
  });

  await step("in German as well", async () => {
    await page.getByRole("button", { name: /Your account/ }).click();
    await page.getByRole("menuitem", { name: "Deutsch" }).click();
    await page.getByRole("button", { name: "Konten und Codes ändern" }).click();
    await page.getByRole("radio", { name: "Eines für alle" }).check();
    await page.getByRole("region", { name: "Was dann geschieht" }).waitFor();
    await takePictures(page, "account-plan-german", () => assertAccessible(page, "der Plan"));
  });

  open.assertClean();
});
