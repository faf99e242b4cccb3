import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FakeRelay } from "./fake_relay.ts";
import { PhoneBrowser, builtApp } from "./phone_browser.ts";

// The figure phone-open: no network, processor slowed down four times. From opening the app to the code on the screen,
// less the time the sensor takes, and the gzip size of the script.

const rounds = 15;
const slowDown = 4;
const passSeconds = 1.5;
const passKilobytes = 80;
const benchFolder = join(import.meta.dirname, "../../../build/bench");

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function scriptKilobytes(): number {
  const scripts = readdirSync(join(builtApp, "assets")).filter((name) => name.endsWith(".js"));
  const sizes = scripts.map((name) => gzipSync(readFileSync(join(builtApp, "assets", name)), { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

/** The page's own clock: navigation start to the workstations, then the sensor's answer to the digits. */
async function measure(browser: PhoneBrowser): Promise<number[]> {
  const relay = new FakeRelay(browser.certificates, builtApp);
  await relay.listen();
  for (let index = 0; index < 200; index += 1) relay.addWorkstation(`W${index}`, `Customer-${index % 10}`);
  const phone = await browser.open();
  // The sensor's own time is not ours: the page notes when the passkey answered.
  await phone.page.addInitScript(() => {
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = async (options) => {
      const credential = await get(options);
      performance.mark("answered");
      return credential;
    };
    const look = () => {
      if (document.querySelector("a.row") === null) requestAnimationFrame(look);
      else performance.mark("listed");
    };
    requestAnimationFrame(look);
  });
  await phone.pair(relay.pairingLink());
  await phone.waitForWorker();
  await phone.context.setOffline(true);
  relay.reachable = false;
  relay.cutLive();
  await phone.cdp.send("Emulation.setCPUThrottlingRate", { rate: slowDown });
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await phone.page.goto(`${relay.origin}/`);
    await phone.page.getByRole("link", { name: /^W42\b/ }).waitFor();
    const opened = await phone.page.evaluate(() => performance.getEntriesByName("listed")[0]?.startTime ?? Number.POSITIVE_INFINITY);
    await phone.page.getByRole("link", { name: /^W42\b/ }).click();
    const shown = phone.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const look = () => {
            if (document.querySelector(".code[aria-label], .code.spent") === null) requestAnimationFrame(look);
            else resolve(performance.now());
          };
          look();
        }),
    );
    await phone.page.getByRole("button", { name: "Show code" }).click();
    const end = await shown;
    const answered = await phone.page.evaluate(() => performance.getEntriesByName("answered").at(-1)?.startTime ?? 0);
    seconds.push((opened + (end - answered)) / 1000);
  }
  await phone.context.close();
  await relay.close();
  return seconds;
}

const browser = await PhoneBrowser.launch();
const seconds = await measure(browser);
await browser.close();
const value = median(seconds);
const kilobytes = scriptKilobytes();
mkdirSync(benchFolder, { recursive: true });
const report = { name: "phone-open", value, unit: "s", pass: passSeconds, rounds: seconds, script_kilobytes: kilobytes, script_pass: passKilobytes };
writeFileSync(join(benchFolder, "phone-open.json"), `${JSON.stringify(report)}\n`);
console.log(`phone-script ${kilobytes.toFixed(1)} KB gzip (pass <= ${passKilobytes})`);
console.log(`phone-open ${value.toFixed(3)} (pass <= ${passSeconds})`);
process.exit(value <= passSeconds && kilobytes <= passKilobytes ? 0 : 1);
