import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { assertAccessible } from "../support/accessible.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { takePictures } from "../support/pictures.ts";
import { setUpOwner } from "../support/set_up.ts";
import { steps } from "../support/steps.ts";
import { openTarget, type Target } from "../support/target.ts";

// Two administrators, each with a browser and a passkey of their own: departments, roles and policies with four eyes.
// Who may accept what is decided by the portal, so only a real one is walked through.

const real = process.env.DOORWARD_PORTAL_URL !== undefined;
const skip = real ? false : "walked on the real portal, by tests/integration/journeys.test.ts";

let target: Target;
let owner: OpenPage;
let second: OpenPage;

before(async () => {
  if (!real) return;
  target = await openTarget();
  owner = await openPage(target);
  second = await openPage(target);
});

after(async () => {
  await owner?.close();
  await second?.close();
  await target?.close();
});

const proposed = "Proposed. It takes effect when another administrator accepts it.";

async function typeName(page: Page, name: string, confirm: string) {
  const dialog = page.getByRole("dialog");
  const button = dialog.getByRole("button", { name: confirm, exact: true });
  assert.equal(await button.isDisabled(), true, "the name has to be typed first");
  await dialog.getByLabel(`Type “${name}” to go on`).fill(`${name}?`);
  assert.equal(await button.isDisabled(), true, "another name is not enough");
  await dialog.getByLabel(`Type “${name}” to go on`).fill(name);
  await button.click();
  await dialog.waitFor({ state: "detached" });
}

async function openRequest(page: Page, title: string) {
  await page.goto("/changes");
  await page.getByRole("link", { name: title }).first().click();
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
}

async function accept(page: Page, title: string) {
  await openRequest(page, title);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByText("Accepted and applied.").first().waitFor();
}

async function choose(page: Page, field: string, option: string, within: Locator = page.locator("main")) {
  const known = { name: field, exact: true };
  await within.getByRole("combobox", known).or(within.getByRole("textbox", known)).click();
  await page.getByRole("option", { name: option }).click();
}

test("two administrators give access by department, role and policy", { skip }, async (walk) => {
  const step = steps(walk);
  const { page } = owner;
  const ada = second.page;

  await step("the owner sets up and makes a second administrator", async () => {
    await setUpOwner(page, target);
    await page.getByRole("button", { name: "Add a customer" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Harbor Dental");
    await page.getByRole("dialog").getByRole("button", { name: "Add a customer" }).click();
    await page.getByText("Harbor Dental is there.").waitFor();
    await page.goto("/technicians");
    for (const [name, username] of [["Ada Quist", "ada"], ["Nik Holm", "nik"]] as const) {
      await page.getByRole("button", { name: "Invite a technician" }).first().click();
      const drawer = page.getByRole("dialog");
      await drawer.getByLabel("Name", { exact: false }).first().fill(name);
      await drawer.getByLabel("Username").fill(username);
      await drawer.getByRole("button", { name: "Invite" }).click();
      await drawer.getByText("Hand this link over").waitFor();
      await drawer.getByRole("button", { name: "Close" }).last().click();
      await drawer.waitFor({ state: "detached" });
    }
    await page.getByRole("link", { name: "Ada Quist" }).click();
    await page.getByRole("tab", { name: "Access to sections" }).click();
    await page.getByRole("button", { name: "Grant a right" }).first().click();
    await choose(page, "Role", "Team administrator", page.getByRole("dialog"));
    await page.getByRole("dialog").getByRole("button", { name: "Grant a right" }).click();
    await page.getByRole("button", { name: "Make a set-up link" }).click();
    const link = await page.getByLabel("Set-up link").first().innerText();
    await ada.goto(link.trim());
    await ada.getByRole("button", { name: "Register a passkey" }).click();
    await ada.getByRole("button", { name: /Your account/ }).waitFor();
  });

  await step("a department without a name is not added, one with a name is empty", async () => {
    await page.goto("/departments");
    await page.getByRole("button", { name: "Add a department" }).first().click();
    const dialog = page.getByRole("dialog");
    const add = dialog.getByRole("button", { name: "Add a department" });
    await dialog.getByLabel("Name").fill("  ");
    assert.equal(await add.isDisabled(), true);
    await dialog.getByLabel("Name").fill("Support");
    await add.click();
    await page.getByRole("heading", { name: "Support", level: 1 }).waitFor();
    await page.getByText("Nobody is in it yet.").waitFor();
  });

  await step("joining a department that may do nothing needs nobody else", async () => {
    await choose(page, "Add a technician", "Ada Quist");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("link", { name: "Ada Quist" }).waitFor();
  });

  await step("its right is a change, which its author cannot accept", async () => {
    await page.getByRole("button", { name: "Grant a right" }).first().click();
    await choose(page, "Customer", "Harbor Dental", page.getByRole("dialog"));
    await takePictures(page, "department-grant", () => assertAccessible(page, "granting a right to a department"));
    await page.getByRole("dialog").getByRole("button", { name: "Grant a right" }).click();
    await page.getByText(proposed).first().waitFor();
    await openRequest(page, "Grant a right: Support");
    await page.getByText("You proposed this. Another administrator has to accept it.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Accept" }).count(), 0);
  });

  await step("the second administrator accepts it, and its members show it as inherited", async () => {
    await accept(ada, "Grant a right: Support");
    await ada.goto("/technicians");
    await ada.getByRole("link", { name: "Ada Quist" }).click();
    await ada.getByRole("link", { name: "department Support" }).waitFor();
    await takePictures(ada, "technician-inherited", () => assertAccessible(ada, "inherited rights"));
  });

  await step("joining it is a change now", async () => {
    await page.goto("/departments");
    await page.getByRole("link", { name: "Support" }).click();
    await choose(page, "Add a technician", "Nik Holm");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("It waits for another administrator.").waitFor();
    assert.equal(await page.getByRole("link", { name: "Nik Holm" }).count(), 0);
    await takePictures(page, "department-join", () => assertAccessible(page, "joining a department"));
    await openRequest(ada, "Join a department: Support");
    await ada.getByRole("cell", { name: "Nik Holm" }).waitFor();
    await takePictures(ada, "request-join", () => assertAccessible(ada, "a request to join"));
    await accept(ada, "Join a department: Support");
    await page.getByRole("link", { name: "Nik Holm" }).waitFor();
  });

  await step("a system role is locked, its clone is not", async () => {
    await page.goto("/roles");
    await page.getByRole("link", { name: "Team administrator" }).click();
    await page.getByText("cannot be changed. Clone it").waitFor();
    assert.equal(await page.getByRole("button", { name: "Edit" }).count(), 0);
    assert.equal(await page.getByRole("button", { name: "Delete" }).count(), 0);
    await page.getByRole("button", { name: "Clone" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByLabel("Name").fill("Desk lead");
    await drawer.getByRole("checkbox", { name: "Technicians and settings" }).uncheck();
    await takePictures(page, "role-clone", () => assertAccessible(page, "cloning a role"));
    await drawer.getByRole("button", { name: "Add a role" }).click();
    await page.getByRole("heading", { name: "Desk lead" }).waitFor();
  });

  await step("a role that somebody has: taking is at once, giving is a change", async () => {
    await page.goto("/departments");
    await page.getByRole("link", { name: "Support" }).click();
    await page.getByRole("tab", { name: "Access to sections" }).click();
    await page.getByRole("button", { name: "Grant a right" }).first().click();
    await choose(page, "Role", "Desk lead", page.getByRole("dialog"));
    await page.getByRole("dialog").getByRole("button", { name: "Grant a right" }).click();
    await page.getByText(proposed).first().waitFor();
    await accept(ada, "Grant a right: Support");
    await page.goto("/roles");
    await page.getByRole("link", { name: "Desk lead" }).click();
    await page.getByRole("link", { name: "Support" }).waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByRole("checkbox", { name: "Audit log" }).uncheck();
    await drawer.getByText("Goes at once from all who have the role").waitFor();
    await drawer.getByRole("checkbox", { name: "Technicians and settings" }).check();
    await drawer.getByText("Given once another administrator accepts it").waitFor();
    await takePictures(page, "role-edit", () => assertAccessible(page, "editing a role"));
    await drawer.getByRole("button", { name: "Save" }).click();
    await page.getByText("It waits for another administrator.").waitFor();
    const details = page.getByRole("region", { name: "Desk lead" });
    await details.getByText("Audit log").waitFor({ state: "detached" });
    assert.equal(await details.getByText("Technicians and settings").count(), 0);
    await openRequest(ada, "More permissions for a role: Desk lead");
    await ada.getByRole("cell", { name: "Technicians and settings" }).waitFor();
    await takePictures(ada, "request-role", () => assertAccessible(ada, "a request for a role"));
    await accept(ada, "More permissions for a role: Desk lead");
    await details.getByText("Technicians and settings").waitFor();
  });

  await step("deleting a role shows the rights that go and wants its name", async () => {
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByText("Support · Team · Desk lead").waitFor();
    await takePictures(page, "role-delete", () => assertAccessible(page, "deleting a role"));
    await typeName(page, "Desk lead", "Delete");
    await page.getByText("Desk lead was deleted.").first().waitFor();
    await page.getByRole("link", { name: "Desk lead" }).waitFor({ state: "detached" });
  });

  await step("a policy without a name or hours is not proposed", async () => {
    await page.goto("/policies");
    await page.getByRole("link", { name: "Add a policy" }).click();
    await page.getByRole("button", { name: "Propose" }).click();
    await page.getByText("Name: 1 to 120 characters").waitFor();
    await page.getByLabel("Name").fill("Help desk hours");
    await page.getByRole("radio", { name: "These only" }).last().check();
    await page.getByRole("button", { name: "Propose" }).click();
    await page.getByText("Choose at least one department or technician.").waitFor();
  });

  await step("a policy for a department, in the week's hours, with short sessions and a question for ticket and reason", async () => {
    await choose(page, "Departments", "Support");
    await page.keyboard.press("Escape");
    await page.getByRole("radio", { name: "In these hours only" }).check();
    const row = page.getByRole("group", { name: "Row 1" });
    await row.getByRole("checkbox", { name: "Saturday" }).focus();
    await page.keyboard.press("Space");
    await page.getByText("Open: Mon–Sat 08:00–18:00").waitFor();
    await row.getByLabel("from").fill("22:00");
    await row.getByLabel("to").fill("06:00");
    await page.getByText("Open: Mon–Sat 22:00–06:00").waitFor();
    await page.getByRole("switch", { name: "Ask for a ticket number" }).click();
    await page.getByLabel("Form of the number").fill("Ü###");
    await page.getByText("1 to 120 plain characters.").waitFor();
    await page.getByLabel("Form of the number").fill("INC####");
    await page.getByLabel("Try a number").fill("INC12");
    await page.getByText("INC12 does not fit.").waitFor();
    await page.getByLabel("Try a number").fill("INC1234");
    await page.getByText("INC1234 fits.").waitFor();
    await page.getByRole("switch", { name: "Ask for a reason" }).click();
    await page.getByLabel("Longest session, in minutes").fill("45");
    await takePictures(page, "policy-form", () => assertAccessible(page, "the form of a policy"));
    await page.getByRole("button", { name: "Propose" }).click();
    await page.getByRole("heading", { name: "Help desk hours", level: 1 }).waitFor();
    await page.getByText("It is not in force yet").waitFor();
  });

  await step("its author cannot accept it, the second administrator can", async () => {
    await page.getByRole("link", { name: "Open the request" }).click();
    await page.getByText("You proposed this.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Accept" }).count(), 0);
    await openRequest(ada, "Access policy: Help desk hours");
    await ada.getByRole("cell", { name: "Mon–Sat 22:00–06:00" }).waitFor();
    await ada.getByRole("cell", { name: "45 minutes" }).waitFor();
    await ada.getByRole("cell", { name: "required, like INC####" }).waitFor();
    await ada.getByRole("cell", { name: "required", exact: true }).waitFor();
    await takePictures(ada, "request-policy", () => assertAccessible(ada, "a request for a policy"));
    await accept(ada, "Access policy: Help desk hours");
    await page.goto("/policies");
    await page.getByRole("row", { name: /Help desk hours/ }).getByText("active", { exact: true }).waitFor();
  });

  await step("a revision leaves the policy as it is until it is accepted, here rejected", async () => {
    await page.getByRole("link", { name: "Help desk hours" }).click();
    await page.getByRole("link", { name: "Revise" }).click();
    await page.getByText("The policy stays exactly as it is").waitFor();
    await page.getByLabel("Longest session, in minutes").fill("50");
    await page.getByRole("button", { name: "Propose" }).click();
    await page.getByText("A new version waits for another administrator.").waitFor();
    await page.getByText("45 minutes").waitFor();
    await takePictures(page, "policy-revised", () => assertAccessible(page, "a policy that is revised"));
    await openRequest(ada, "Access policy: Help desk hours");
    await ada.getByRole("cell", { name: "50 minutes" }).waitFor();
    await ada.getByRole("button", { name: "Reject" }).click();
    await ada.getByRole("dialog").getByLabel("Reason").fill("Long enough");
    await ada.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
    await ada.getByText("Long enough").first().waitFor();
    await page.getByText("A new version waits for another administrator.").waitFor({ state: "detached" });
  });

  await step("it is retired by its name, for good", async () => {
    await page.getByRole("button", { name: "Retire" }).click();
    await page.getByRole("dialog").getByText("Who loses: Support.").waitFor();
    await takePictures(page, "policy-retire", () => assertAccessible(page, "retiring a policy"));
    await typeName(page, "Help desk hours", "Retire");
    await page.getByText("retired", { exact: true }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Retire" }).count(), 0);
    assert.equal(await page.getByRole("link", { name: "Revise" }).count(), 0);
  });

  await step("a group of a customer's workstations, with a right on it", async () => {
    await page.goto("/device-groups");
    await page.getByRole("button", { name: "Add a group" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Front desk");
    assert.equal(await dialog.getByRole("button", { name: "Add a group" }).isDisabled(), true, "it belongs to a customer");
    await choose(page, "Customer", "Harbor Dental", page.getByRole("dialog"));
    await dialog.getByRole("button", { name: "Add a group" }).click();
    await page.getByRole("heading", { name: "Front desk", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Grant a right" }).first().click();
    await choose(page, "Who", "Support", page.getByRole("dialog"));
    await page.getByRole("dialog").getByRole("button", { name: "Grant a right" }).click();
    await page.getByText(proposed).first().waitFor();
    await accept(ada, "Grant a right: Support");
    await page.getByRole("row", { name: /Support/ }).getByText("Front desk").waitFor();
  });

  await step("a deleted department takes its rights along, on the group as well", async () => {
    await page.goto("/departments");
    await page.getByRole("link", { name: "Support" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByText("Support · Front desk · Full device access").waitFor();
    await page.getByRole("dialog").getByText("2 technicians lose").waitFor();
    await takePictures(page, "department-delete", () => assertAccessible(page, "deleting a department"));
    await typeName(page, "Support", "Delete");
    await page.getByRole("heading", { name: "Departments", level: 1 }).waitFor();
    await page.getByText("No departments yet").waitFor();
  });

  await step("the log says all of it", async () => {
    await page.goto("/audit");
    for (const kind of ["Joined a department", "Role changed", "Access policy retired", "Department deleted"]) {
      await page.getByText(kind, { exact: true }).first().waitFor();
    }
  });

  owner.assertClean();
  second.assertClean();
});
