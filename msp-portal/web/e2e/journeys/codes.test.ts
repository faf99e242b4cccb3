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

// A customer's codes: the costs before it is done, two people, workstations confirmed, the secret shown once, a new one.

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

test("one secret for a customer's codes: what it costs, who agrees, which workstations, shown once, replaced", async (walk) => {
  const step = steps(walk);
  const { page } = open;
  const { harbor } = seeded;
  const dialog = page.getByRole("dialog", { name: "Change accounts and codes" });
  const panel = page.getByRole("region", { name: "Codes of this customer" });

  await step("the costs are said before anything is applied", async () => {
    await page.goto(`/customers/${harbor.id}`);
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Change accounts and codes" }).click();
    await dialog.getByRole("radio", { name: /Per workstation \(recommended/ }).waitFor();
    await dialog.getByRole("radio", { name: "Per customer" }).check();
    await dialog.getByText("What one secret for all costs").waitFor();
    const said = await dialog.innerText();
    for (const part of ["does not say whose it is", "another workstation that is offline", "One stolen workstation", "hundred times", "The customer gets one secret"]) {
      assert.ok(said.includes(part), `${part} is not in: ${said}`);
    }
    await takePictures(page, "codes-plan", () => assertAccessible(page, "the costs"));
  });

  await step("a second administrator has to agree", async () => {
    portal.state.team.administrators = 2;
    await dialog.getByRole("button", { name: "Apply" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.equal(harbor.settings.code_scheme, "per_machine");
    assert.equal(portal.state.changes[0]?.kind, "tenant_code_scheme");
    assert.equal(await panel.count(), 0);
    await page.goto(`/changes/${portal.state.changes[0]?.id}`);
    await page.getByText("Per customer").waitFor();
    await takePictures(page, "codes-change", () => assertAccessible(page, "the change"));
  });

  await step("each workstation is confirmed before it has the secret", async () => {
    portal.state.team.administrators = 1;
    harbor.settings.code_scheme = "per_tenant";
    portal.state.touch(`tenant/${harbor.id}`);
    await page.goto(`/customers/${harbor.id}`);
    await page.getByRole("tab", { name: "Settings" }).click();
    await panel.getByText("0 of 2 workstations confirmed").waitFor();
    await panel.getByRole("button", { name: "Confirm W11-RECEPTION" }).click();
    await panel.getByText("1 of 2 workstations confirmed").waitFor();
    await page.getByText("so it was applied at once").waitFor({ state: "detached" });
    await loaded(page);
    await takePictures(page, "codes-panel", () => assertAccessible(page, "the codes"));
  });

  await step("the secret is shown once and is nowhere afterwards", async () => {
    await panel.getByRole("button", { name: "Show it for my authenticator app" }).click();
    const once = page.getByRole("dialog", { name: "For your authenticator app" });
    await once.getByText("now and never again").waitFor();
    assert.equal(await once.getByRole("img", { name: "QR code of the secret" }).count(), 0);
    await once.getByRole("button", { name: "Show it now" }).click();
    await once.getByRole("img", { name: "QR code of the secret" }).waitFor();
    await takePictures(page, "codes-once", () => assertAccessible(page, "the secret"));
    await once.getByRole("button", { name: "I have scanned it" }).click();
    await once.waitFor({ state: "detached" });
    await panel.getByText("You were shown this secret before").waitFor();
    assert.equal(await panel.getByRole("button", { name: "Show it for my authenticator app" }).isDisabled(), true);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.body.innerHTML + location.href);
    assert.ok(!kept.includes("JBSWY3DP"));
  });

  await step("a new secret says what happens to the old one", async () => {
    await panel.getByRole("button", { name: "New secret" }).click();
    const replace = page.getByRole("dialog", { name: "A new secret for this customer's codes?" });
    await replace.getByText("work beside it for 24 hours").waitFor();
    await replace.getByRole("radio", { name: "counts no more, at once" }).check();
    await replace.getByText("end at once on every connected workstation").waitFor();
    await replace.getByRole("radio", { name: "counts for 24 hours more" }).check();
    await replace.getByRole("button", { name: "New secret" }).click();
    await panel.getByText("Secret before it").waitFor();
    assert.equal(await panel.getByRole("button", { name: "Show it for my authenticator app" }).isDisabled(), false);
  });

  await step("one code at two workstations is said on the first page", async () => {
    portal.state.note("code_used_twice", { outcome: "failed" });
    await page.goto("/");
    await page.getByText("One code, two workstations: 1 sign-in in the last week").waitFor();
    await takePictures(page, "codes-alarm", () => assertAccessible(page, "the alarm"));
    await page.getByRole("link", { name: "Show these events" }).click();
    await page.waitForURL(/kind=code_used_twice/);
  });

  await step("in German as well", async () => {
    await page.goto(`/customers/${harbor.id}`);
    await page.getByRole("button", { name: /Your account/ }).click();
    await page.getByRole("menuitem", { name: "Deutsch" }).click();
    await page.getByRole("tab", { name: "Einstellungen" }).click();
    await page.getByRole("region", { name: "Codes dieses Kunden" }).getByText("Was ein Geheimnis für alle kostet").waitFor();
    await takePictures(page, "codes-panel-german", () => assertAccessible(page, "die Codes"));
  });

  open.assertClean();
});
