import type { Page } from "playwright-core";
import type { Target } from "./target.ts";

/** The owner's first minutes: the link, the form, the passkey. */
export async function setUpOwner(page: Page, target: Target) {
  await page.goto(target.setUpLink);
  await page.getByLabel("Team", { exact: false }).first().fill("Northlight IT");
  await page.getByLabel("Your name").fill("Olivia Berg");
  await page.getByRole("button", { name: "Register a passkey" }).click();
  await page.getByRole("heading", { name: "Get started" }).waitFor();
}
