import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seed } from "../fake/seed.ts";
import { FakePortal } from "../fake/server.ts";
import { iso } from "../fake/state.ts";
import { assertAccessible } from "../support/accessible.ts";
import { type OpenPage, openPage } from "../support/browser.ts";
import { takePictures } from "../support/pictures.ts";
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
  seeded = seed(portal.state);
});

after(async () => {
  await open?.close();
  await target?.close();
});

test("an administrator alone cannot order a code", async () => {
  const { page } = open;
  await page.goto(`/devices/${seeded.reception.id}`);
  const panel = page.getByRole("region", { name: "Break-glass" });
  await panel.getByText("There is no code for this workstation.").waitFor();
  await panel.getByRole("button", { name: "Make a code" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Two administrators with a passkey for break-glass are needed.").waitFor();
  assert.equal(await dialog.getByRole("button", { name: "Make the code" }).isDisabled(), true);
});

test("a passkey with PRF is set up for break-glass", async () => {
  const { page } = open;
  await page.goto("/settings");
  const panel = page.getByRole("region", { name: "Break-glass" });
  await panel.getByText("You cannot hold halves yet.").waitFor();
  await panel.getByRole("button", { name: "Set up" }).click();
  await panel.getByText("Set up with").waitFor();
  assert.equal(portal.state.custodians.length, 1);
});

test("two administrators get a half each, and one's own opens with the passkey, is printed and saved", async () => {
  const { page } = open;
  const { id, name } = seeded.ada;
  portal.state.custodians.push({ technician: { id, name }, passkey: "Laptop", registered_at: iso(), agreementKey: "" });
  await page.goto(`/devices/${seeded.reception.id}`);
  const panel = page.getByRole("region", { name: "Break-glass" });
  await panel.getByRole("button", { name: "Make a code" }).click();
  const dialog = page.getByRole("dialog");
  const order = dialog.getByRole("button", { name: "Make the code" });
  const choose = async (label: string, option: string) => {
    await dialog.getByRole("combobox", { name: label }).click();
    await page.getByRole("option", { name: option }).click();
  };
  await choose("First half for", portal.state.owner().name);
  assert.equal(await order.isDisabled(), true, "one person is not enough");
  await choose("Second half for", name);
  await takePictures(page, "break-glass-order", () => assertAccessible(page, "ordering a code"));
  await order.click();
  await panel.getByText("ready", { exact: true }).waitFor();
  await panel.getByText(`${portal.state.owner().name}, ${name}`).waitFor();

  await panel.getByRole("button", { name: "Open my half" }).click();
  await dialog.getByRole("button", { name: "Open with my passkey" }).click();
  const half = dialog.getByLabel("Your half");
  await half.waitFor();
  assert.equal(await half.textContent(), "1-ABCD-EFGH-JKMN-PQRS-TVWX");
  await takePictures(page, "break-glass-half", () => assertAccessible(page, "one's own half"));

  await page.emulateMedia({ media: "print" });
  const printed = await page.evaluate(() => document.body.innerText);
  assert.match(printed, /1-ABCD-EFGH-JKMN-PQRS-TVWX/);
  assert.match(printed, /doorward_break_glass/);
  assert.doesNotMatch(printed, /Dashboard/);
  await page.emulateMedia({ media: "screen" });

  const saving = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save as a file" }).click();
  assert.equal((await saving).suggestedFilename(), "break-glass-W11-RECEPTION.txt");
  await page.keyboard.press("Escape");
  await half.waitFor({ state: "detached" });
  assert.doesNotMatch(await page.content(), /ABCD-EFGH/);
});

test("a half that was sealed for another key does not open, and a used code says so", async () => {
  const { page } = open;
  const code = portal.state.breakGlass.get(seeded.reception.id);
  assert.ok(code?.own_half);
  portal.state.breakGlass.set(seeded.reception.id, {
    ...code,
    own_half: { ...code.own_half, agreement_key: "A".repeat(43) },
  });
  await page.goto(`/devices/${seeded.reception.id}`);
  const panel = page.getByRole("region", { name: "Break-glass" });
  await panel.getByRole("button", { name: "Open my half" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Open with my passkey" }).click();
  await page.getByText("This is not the passkey that the half was sealed for.").waitFor();
  await page.keyboard.press("Escape");
  portal.state.breakGlass.set(seeded.reception.id, { ...code, state: "used", used_at: iso(), own_half: null });
  portal.changed("devices");
  await panel.getByText("Somebody got in with it.").waitFor();
  assert.equal(await panel.getByRole("button", { name: "Open my half" }).count(), 0);
});

test("no page broke its content security policy or logged an error", () => {
  open.assertClean();
});
