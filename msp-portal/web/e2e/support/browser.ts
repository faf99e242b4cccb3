import assert from "node:assert/strict";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Target } from "./target.ts";

export interface OpenPage {
  page: Page;
  /** Fails if the page broke its content security policy, threw, or logged an error. */
  assertClean: () => void;
  close: () => Promise<void>;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Answers of the server that a journey provokes on purpose are logged by the browser, too. */
const expectedNoise = /Failed to load resource: the server responded with a status of 4\d\d/;

/** Chromium with an authenticator of its own that always agrees. */
export async function openPage(target: Target, size = { width: 1440, height: 900 }): Promise<OpenPage> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env.DOORWARD_CHROMIUM ?? "/usr/bin/chromium",
    args: flags,
    env: { ...process.env, HOME: target.browserHome ?? process.env.HOME ?? "/" },
  });
  const context = await browser.newContext({ viewport: size, locale: "en-GB", baseURL: target.origin });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(`threw: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !expectedNoise.test(message.text())) troubles.push(message.text());
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    page,
    assertClean: () => assert.deepEqual(troubles, []),
    close: () => browser.close(),
  };
}
