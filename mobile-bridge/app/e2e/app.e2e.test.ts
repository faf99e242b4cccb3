import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { codeStep, type Bytes } from "@doorward/protocol";
import { FakeRelay, type FakeWorkstation } from "./fake_relay.ts";
import { PhoneBrowser, builtApp, type PhoneOptions, type PhonePage } from "./phone_browser.ts";
import { answerOf, codeOf, tenantCodeOf } from "./workstation_codes.ts";

let browser: PhoneBrowser;
let relay: FakeRelay;
let workstation: FakeWorkstation;
const opened: PhonePage[] = [];

beforeAll(async () => {
  browser = await PhoneBrowser.launch();
});

afterAll(() => browser.close());

beforeEach(async () => {
  relay = new FakeRelay(browser.certificates, builtApp);
  await relay.listen();
  workstation = relay.addWorkstation("W11-L", "Customer-1");
  relay.addWorkstation("W10-Front-Desk", "Customer-1", false);
  relay.addWorkstation("srv-files", "Harbour Dental");
});

afterEach(async () => {
  for (const phone of opened.splice(0)) {
    expect(phone.complaints).toEqual([]);
    await phone.context.close();
  }
  await relay.close();
});

async function openPhone(options?: PhoneOptions): Promise<PhonePage> {
  const phone = await browser.open(options);
  opened.push(phone);
  return phone;
}

async function pairedPhone(options?: PhoneOptions): Promise<PhonePage> {
  const phone = await openPhone(options);
  await phone.pair(relay.pairingLink());
  await phone.page.getByText("W11-L").waitFor();
  return phone;
}

async function readDigits(phone: PhonePage): Promise<string> {
  const label = await phone.page.locator(".code[aria-label]").getAttribute("aria-label");
  return (label ?? "").replaceAll(" ", "");
}

/** Delivers a push about a request to the phone's worker. */
async function pushesTo(phone: PhonePage): Promise<(id: string) => Promise<void>> {
  await phone.waitForWorker();
  await phone.context.grantPermissions(["notifications"], { origin: relay.origin });
  const registration = new Promise<string>((resolve) => {
    phone.cdp.on("ServiceWorker.workerRegistrationUpdated", (event) => {
      const id = event.registrations[0]?.registrationId;
      if (id !== undefined) resolve(id);
    });
  });
  await phone.cdp.send("ServiceWorker.enable");
  const registrationId = await registration;
  return async (id) => {
    const data = JSON.stringify({ type: "sign_in_request", request_id: id });
    await phone.cdp.send("ServiceWorker.deliverPushMessage", { origin: relay.origin, registrationId, data });
  };
}

test("the link pairs the phone and leaves the address bar; the workstations are listed by customer", async () => {
  const phone = await openPhone();
  await phone.page.goto(relay.pairingLink());
  await phone.page.getByText("Northwind IT invites Nik Sommer").waitFor();
  expect(new URL(phone.page.url()).hash).toBe("");
  await phone.picture("pair");
  await phone.page.getByRole("button", { name: "Pair this phone" }).click();
  await phone.page.getByRole("region", { name: "Harbour Dental" }).getByText("srv-files").waitFor();
  expect(relay.phone?.prf).toBe(true);
  await phone.page.getByRole("button", { name: "Not now" }).click({ timeout: 2_000 }).catch(() => undefined);
  await phone.picture("home");
  await phone.page.getByRole("searchbox").fill("harb file");
  expect(await phone.page.getByRole("listitem").count()).toBe(1);
});

test("a used link says what to do", async () => {
  const link = relay.pairingLink();
  const first = await openPhone();
  await first.pair(link);
  const second = await openPhone();
  await second.page.goto(link);
  await second.page.getByText("Ask your administrator for a new one").waitFor();
  await second.picture("pair-link-used");
});

test("pairing goes on where the sensor said no", async () => {
  const phone = await openPhone();
  await phone.setUserVerified(false);
  await phone.page.goto(relay.pairingLink());
  await phone.page.getByRole("button", { name: "Pair this phone" }).click();
  await phone.page.getByText("The sensor did not confirm it was you").waitFor();
  await phone.replaceAuthenticator();
  await phone.page.getByRole("button", { name: "Try again" }).click();
  await phone.page.getByText("W11-L").waitFor();
});

test("an authenticator without PRF is explained, and works after a yes", async () => {
  const phone = await openPhone({ prf: false });
  await phone.page.goto(relay.pairingLink());
  await phone.page.getByRole("button", { name: "Pair this phone" }).click();
  await phone.page.getByText("This phone can do less").waitFor();
  await phone.picture("pair-without-prf");
  await phone.page.getByRole("button", { name: "Pair all the same" }).click();
  await phone.page.getByRole("link", { name: /W11-L/ }).click();
  await phone.page.getByRole("button", { name: "Show code" }).click();
  await phone.page.locator(".code[aria-label]").waitFor();
  expect(await readDigits(phone)).toBe(codeOf(workstation, relay.phone?.agreementKey as Bytes, codeStep(Date.now())));
});

test("a phone that waits for another administrator starts working by itself", async () => {
  relay.acceptsAlone = false;
  const phone = await openPhone();
  await phone.page.goto(relay.pairingLink());
  await phone.page.getByRole("button", { name: "Pair this phone" }).click();
  await phone.page.getByText("Another administrator of Northwind IT").waitFor();
  await phone.picture("waiting");
  relay.accept();
  await phone.page.getByText("W11-L").waitFor({ timeout: 15_000 });
});

test("a phone that was not accepted says so, and can be forgotten", async () => {
  relay.acceptsAlone = false;
  const phone = await openPhone();
  await phone.page.goto(relay.pairingLink());
  await phone.page.getByRole("button", { name: "Pair this phone" }).click();
  await phone.page.getByRole("heading", { name: "Waiting for acceptance" }).waitFor();
  relay.reject();
  await phone.page.getByRole("heading", { name: "Not accepted yet" }).waitFor({ timeout: 15_000 });
  await phone.picture("waiting-ended");
  await phone.page.getByRole("button", { name: "Ask again" }).click();
  await phone.page.getByText("does not know this phone any more").waitFor();
  await phone.page.getByRole("button", { name: "Forget this phone" }).click();
  await phone.page.getByRole("heading", { name: "Not paired yet" }).waitFor();
});

test("a request appears by itself and is approved with its number", async () => {
  const phone = await pairedPhone();
  await expect.poll(() => relay.liveSockets).toBe(1);
  const request = relay.requestSignIn(workstation, { reason: "Printer driver, ticket from reception" });
  await phone.page.getByText("Is this you?").waitFor();
  const card = phone.page.getByRole("region", { name: /Sign-in request from W11-L/ });
  expect(await card.getByText("192.0.2.7").count()).toBe(1);
  const approve = card.getByRole("button", { name: "Approve" });
  expect(await approve.isDisabled()).toBe(true);
  await card.getByLabel(/Number on the workstation/).fill(String(request.number));
  await phone.picture("request");
  await approve.click();
  await phone.page.getByText("Approved. Press Enter at the workstation.").waitFor();
  await phone.picture("request-approved");
  expect(request.answer).toEqual({ decision: "approve", numberMatches: true });
});

test("a sensor that says no sends nothing; refusing and reporting need none", async () => {
  const phone = await pairedPhone();
  await expect.poll(() => relay.liveSockets).toBe(1);
  const first = relay.requestSignIn(workstation);
  await phone.setUserVerified(false);
  await phone.page.getByLabel(/Number on the workstation/).fill("47");
  await phone.page.getByRole("button", { name: "Approve" }).click();
  await phone.page.getByText("Nothing was sent").waitFor();
  expect(first.answer).toBeNull();
  await phone.page.getByRole("button", { name: "Refuse" }).click();
  await phone.page.getByText("Refused.").waitFor();
  expect(first.answer?.decision).toBe("refuse");
  const second = relay.requestSignIn(relay.workstations[2] ?? workstation);
  await phone.page.getByRole("button", { name: "This wasn't me" }).click();
  await phone.page.getByText("Refused and reported").waitFor();
  expect(second.answer?.decision).toBe("not_me");
});

test("a request signed by a stranger can only be refused", async () => {
  const phone = await pairedPhone();
  await expect.poll(() => relay.liveSockets).toBe(1);
  relay.requestSignIn(workstation, { signedBy: relay.workstations[1]?.signing.privateKey as never });
  await phone.page.getByText("Cannot be approved").first().waitFor();
  expect(await phone.page.getByRole("button", { name: "Approve" }).count()).toBe(0);
  await phone.picture("request-unsigned");
});

test("a changed device key blocks approving until the person confirmed it with care", async () => {
  const phone = await pairedPhone();
  await expect.poll(() => relay.liveSockets).toBe(1);
  const spare = relay.addWorkstation("spare", "Customer-1");
  relay.workstations.pop();
  workstation.signing = spare.signing;
  relay.announceWorkstations();
  await phone.page.getByText("Check first").waitFor();
  await phone.picture("home-concern");
  const request = relay.requestSignIn(workstation);
  await phone.page.getByText("This workstation has a new key").waitFor();
  expect(await phone.page.getByRole("button", { name: "Approve" }).count()).toBe(0);
  await phone.picture("request-key-changed", true);
  const confirm = phone.page.getByRole("button", { name: "Trust it from now on" });
  expect(await confirm.isDisabled()).toBe(true);
  await phone.page.getByRole("checkbox").check();
  await confirm.click();
  await phone.page.getByLabel(/Number on the workstation/).fill(String(request.number));
  await phone.page.getByRole("button", { name: "Approve" }).click();
  await phone.page.getByText("Approved.").waitFor();
});

test("without a network the app opens and shows the workstation's code; used means used", async () => {
  const phone = await pairedPhone();
  await phone.waitForWorker();
  await phone.context.setOffline(true);
  relay.reachable = false;
  relay.cutLive();
  await phone.page.reload();
  await phone.page.getByText("No connection. Codes still work.").waitFor();
  await phone.page.getByRole("link", { name: /W11-L/ }).click();
  await phone.page.getByText("Offline sign-in for 11 more days, until ").waitFor();
  await phone.picture("workstation-locked");
  await phone.page.getByRole("button", { name: "Show code" }).click();
  await phone.page.locator(".code[aria-label]").waitFor();
  const steps = [codeStep(Date.now()) - 1, codeStep(Date.now())];
  const digits = await readDigits(phone);
  expect(steps.map((step) => codeOf(workstation, relay.phone?.agreementKey as Bytes, step))).toContain(digits);
  await phone.picture("code");
  await phone.page.getByText("Another sign on its prompt?").click();
  await phone.picture("code-sign-explained");
  await phone.page.getByRole("button", { name: "I have used it" }).click();
  await phone.page.getByText("A code works once. Wait for the next one.").waitFor();
  await phone.picture("code-used");
  await phone.page.reload();
  await phone.page.getByRole("button", { name: "Show code" }).click();
  await phone.page.locator(".code.spent, .code[aria-label]").first().waitFor();
  const again = await phone.page.locator(".code[aria-label]").count();
  if (again > 0) expect(await readDigits(phone)).not.toBe(digits);
  await phone.context.setOffline(false);
  relay.reachable = true;
  await expect.poll(() => relay.readings.length, { timeout: 20_000 }).toBeGreaterThan(0);
});

test("a customer's own code says that it is the same everywhere, and has the others behind the sign", async () => {
  workstation.codeScheme = "per_tenant";
  relay.giveTenantSecret(workstation.tenantId);
  const secret = relay.giveTenantSecret(workstation.tenantId, Date.now() + 3_600_000);
  for (const dark of [false, true]) {
    const phone = await pairedPhone({ dark });
    await phone.page.getByRole("link", { name: /W11-L/ }).click();
    await phone.page.getByRole("button", { name: "Show code" }).click();
    await phone.page.getByText("One code for all machines of Customer-1.", { exact: false }).waitFor();
    const steps = [codeStep(Date.now()) - 1, codeStep(Date.now())];
    const shown = await phone.page.locator(".code[aria-label]").first().getAttribute("aria-label");
    expect(steps.map((step) => tenantCodeOf(secret, step))).toContain((shown ?? "").replaceAll(" ", ""));
    await phone.page.getByText("Another sign on its prompt?").click();
    expect(await phone.page.locator(".small-code").count()).toBe(2);
    await phone.picture(dark ? "code-shared-dark" : "code-shared");
    if (dark) relay.giveTenantSecret(workstation.tenantId);
    await phone.page.getByText("Use another authenticator app").click();
    await phone.page.getByRole("button", { name: "Show it once" }).click();
    await phone.page.getByRole("img", { name: "QR code of the secret" }).waitFor();
    expect(await phone.page.getByRole("link", { name: "Or open it in an app on this phone" }).getAttribute("href")).toMatch(/^otpauth:\/\/totp\//);
    await phone.page.getByRole("img", { name: "QR code of the secret" }).scrollIntoViewIfNeeded();
    await phone.picture(dark ? "code-secret-dark" : "code-secret");
    await phone.page.getByRole("button", { name: "Done" }).click();
    await phone.page.getByRole("button", { name: "Show it once" }).click();
    await phone.page.getByText("You were shown this secret before.", { exact: false }).waitFor();
  }
});

test("without a network the app answers the question of a workstation that doubts its clock", async () => {
  const phone = await pairedPhone({ width: 360 });
  await phone.waitForWorker();
  await phone.context.setOffline(true);
  relay.reachable = false;
  relay.cutLive();
  await phone.page.reload();
  await phone.page.getByRole("link", { name: /W11-L/ }).click();
  await phone.page.getByRole("button", { name: "Show code" }).click();
  await phone.page.getByText("Does it ask a question?").click();
  const show = phone.page.getByRole("button", { name: "Show answer" });
  await phone.page.getByLabel("Eight digits").fill("4711 081");
  expect(await show.isDisabled()).toBe(true);
  await phone.page.getByLabel("Eight digits").fill("4711 0815");
  await phone.picture("question", true);
  await show.click();
  const answer = phone.page.locator("details .code");
  await answer.waitFor();
  const digits = ((await answer.textContent()) ?? "").replaceAll(" ", "");
  expect(digits).toBe(answerOf(workstation, relay.phone?.agreementKey as Bytes, "47110815"));
  await phone.picture("question-answered", true);
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await phone.page.getByLabel("Eight digits").fill("0000");
  expect(await answer.count()).toBe(0);
  await phone.context.setOffline(false);
  relay.reachable = true;
  await expect.poll(() => relay.readings.length, { timeout: 20_000 }).toBeGreaterThan(1);
});

test("the code goes away when the app is hidden", async () => {
  const phone = await pairedPhone();
  await phone.page.getByRole("link", { name: /W11-L/ }).click();
  await phone.page.getByRole("button", { name: "Show code" }).click();
  await phone.page.locator(".code[aria-label]").waitFor();
  await phone.page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await phone.page.getByRole("button", { name: "Show code" }).waitFor();
  expect(await phone.page.locator(".code").count()).toBe(0);
});

test("nothing secret lies in the browser's stores", async () => {
  const phone = await pairedPhone();
  await phone.page.getByRole("link", { name: /W11-L/ }).click();
  await phone.page.getByRole("button", { name: "Show code" }).click();
  await phone.page.locator(".code[aria-label]").waitFor();
  const digits = await readDigits(phone);
  const kept = await phone.page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open("doorward", 1);
      opening.onsuccess = () => resolve(opening.result);
    });
    const records = database.transaction("records").objectStore("records");
    const values = await new Promise<unknown[]>((resolve) => {
      const all = records.getAll();
      all.onsuccess = () => resolve(all.result);
    });
    return JSON.stringify([values, { ...localStorage }, { ...sessionStorage }]);
  });
  expect(kept).toContain("W11-L");
  expect(kept).not.toContain(digits);
  expect(kept).not.toMatch(/fallback|prf_|private/i);
});

test("a push names what a known workstation signed, and nothing else", async () => {
  const phone = await pairedPhone();
  const request = relay.requestSignIn(workstation);
  const forged = relay.requestSignIn(workstation, { signedBy: relay.workstations[1]?.signing.privateKey as never });
  const push = await pushesTo(phone);
  const shown = await phone.watchNotifications();
  await push(request.id);
  await push(forged.id);
  await expect.poll(() => [...shown].sort(), { timeout: 30_000 }).toEqual([
    "A workstation is waiting for you. Open the app to see which.",
    "Customer-1: W11-L, account msp-nik",
  ]);
});

test("a push is heard also where the relay does not say what it is about", async () => {
  const phone = await pairedPhone();
  const push = await pushesTo(phone);
  const shown = await phone.watchNotifications();
  let answer = () => {};
  relay.holdsRequests = new Promise((resolve) => (answer = resolve));
  try {
    await push(relay.requestSignIn(workstation).id);
    await expect.poll(() => shown, { timeout: 12_000 }).toEqual(["A workstation is waiting for you. Open the app to see which."]);
  } finally {
    relay.holdsRequests = null;
    answer();
  }
});

test("an ended session asks for the sensor and goes on", async () => {
  const phone = await pairedPhone();
  relay.endSessions();
  relay.cutLive();
  await phone.page.getByText("You are signed out").waitFor({ timeout: 10_000 });
  await phone.picture("signed-out");
  await phone.page.getByRole("button", { name: "Sign in" }).click();
  await expect.poll(() => relay.liveSockets, { timeout: 10_000 }).toBe(1);
  await phone.page.getByText("You are signed out").waitFor({ state: "detached" });
});

test("no screen breaks an accessibility rule", async () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  for (const dark of [false, true]) {
    const phone = await openPhone({ dark });
    const check = async (screen: string) => {
      await phone.page.evaluate(axe);
      const broken = await phone.page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run();
        return violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`);
      });
      expect({ screen, broken }).toEqual({ screen, broken: [] });
    };
    await phone.page.goto(relay.pairingLink());
    await phone.page.getByRole("button", { name: "Pair this phone" }).waitFor();
    await check("pair");
    await phone.page.getByRole("button", { name: "Pair this phone" }).click();
    await phone.page.getByText("W11-L").waitFor();
    await check("home");
    await phone.page.getByRole("link", { name: "Activity" }).click();
    await phone.page.getByText("Sign-in with approval").first().waitFor();
    await check("activity");
    await phone.page.getByRole("link", { name: "Settings" }).click();
    await check("settings");
    await phone.page.getByRole("link", { name: "Workstations" }).click();
    await phone.page.getByRole("link", { name: /W11-L/ }).click();
    await phone.page.getByRole("button", { name: "Show code" }).click();
    await phone.page.locator(".code[aria-label]").waitFor();
    await check("code");
    await expect.poll(() => relay.liveSockets).toBeGreaterThan(0);
    const request = relay.requestSignIn(workstation);
    await phone.page.getByText("Is this you?").waitFor();
    await check("request");
    relay.cancel(request);
    await phone.context.close();
    opened.pop();
  }
});

test("activity and settings, German and dark", async () => {
  const phone = await pairedPhone({ dark: true, locale: "de-DE" });
  await phone.page.getByRole("link", { name: "Verlauf" }).click();
  await phone.page.getByText("Anmeldung mit Bestätigung").first().waitFor();
  await phone.picture("activity-dark");
  await phone.page.getByRole("link", { name: "Einstellungen" }).click();
  await phone.page.getByText("Die Schlüssel verlassen dieses Telefon nie.").waitFor();
  await phone.picture("settings-dark", true);
  await phone.page.getByLabel("Sprache").selectOption("en");
  await phone.page.getByRole("heading", { name: "Settings" }).waitFor();
  await expect.poll(() => relay.liveSockets).toBe(1);
  relay.requestSignIn(workstation);
  await phone.page.getByText("Is this you?").waitFor();
  await phone.page.getByLabel(/Number on the workstation/).fill("47");
  await phone.picture("request-dark");
  await phone.page.getByRole("button", { name: "Refuse" }).click();
  await phone.page.getByRole("button", { name: "Forget this phone" }).click();
  await phone.page.getByRole("button", { name: "Yes, forget it" }).click();
  await phone.page.getByText("Not paired yet").waitFor();
  await phone.picture("welcome-dark");
});

test("a forgotten phone comes back by its passkey", async () => {
  const phone = await pairedPhone();
  await phone.page.getByRole("link", { name: "Settings" }).click();
  await phone.page.getByRole("button", { name: "Forget this phone" }).click();
  await phone.page.getByRole("button", { name: "Yes, forget it" }).click();
  await phone.page.getByRole("button", { name: "I paired this phone before" }).click();
  await phone.page.getByRole("navigation").waitFor();
  await phone.page.getByRole("link", { name: "Workstations" }).click();
  await phone.page.getByText("W11-L").waitFor();
});
