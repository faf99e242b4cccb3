import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type CDPSession, type Page } from "playwright-core";
import { makeCertificates, makeTrustingHome, type Certificates } from "./certificates.ts";

export const builtApp = join(import.meta.dirname, "../../../build/web/app");
const pictureFolder = join(import.meta.dirname, "../../../build/pictures");
const browserFlags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Chromium with a home of its own that trusts the test's CA. */
export class PhoneBrowser {
  readonly certificates: Certificates;
  readonly folder: string;
  readonly #browser: Browser;

  private constructor(folder: string, certificates: Certificates, browser: Browser) {
    this.folder = folder;
    this.certificates = certificates;
    this.#browser = browser;
  }

  /** Trusts `authorityFile`, or without one a CA made for this run. */
  static async launch(authorityFile?: string): Promise<PhoneBrowser> {
    const folder = mkdtempSync(join(tmpdir(), "doorward-app-"));
    const certificates = makeCertificates(folder);
    const home = makeTrustingHome(folder, authorityFile ?? certificates.caFile);
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: browserFlags,
      env: { ...process.env, HOME: home } as Record<string, string>,
    });
    return new PhoneBrowser(folder, certificates, browser);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async open(options: PhoneOptions = {}): Promise<PhonePage> {
    const context = await this.#browser.newContext({
      viewport: { width: options.width ?? 360, height: 740 },
      deviceScaleFactor: 2,
      hasTouch: true,
      locale: options.locale ?? "en-GB",
      colorScheme: options.dark === true ? "dark" : "light",
    });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    return new PhonePage(context, page, cdp, await addAuthenticator(cdp, options.prf ?? true));
  }
}

export interface PhoneOptions {
  readonly prf?: boolean;
  readonly dark?: boolean;
  readonly locale?: string;
  readonly width?: number;
}

async function addAuthenticator(cdp: CDPSession, hasPrf: boolean): Promise<string> {
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true, hasPrf,
    },
  });
  return authenticatorId;
}

export class PhonePage {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly complaints: string[] = [];
  #authenticator: string;

  constructor(context: BrowserContext, page: Page, cdp: CDPSession, authenticator: string) {
    this.context = context;
    this.page = page;
    this.cdp = cdp;
    this.#authenticator = authenticator;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && /Content Security Policy|Uncaught/.test(message.text())) this.complaints.push(message.text());
    });
  }

  async setUserVerified(verified: boolean): Promise<void> {
    await this.cdp.send("WebAuthn.setUserVerified", { authenticatorId: this.#authenticator, isUserVerified: verified });
  }

  /** One whose verification failed too often stays locked, as a real one does. */
  async replaceAuthenticator(): Promise<void> {
    await this.cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: this.#authenticator });
    this.#authenticator = await addAuthenticator(this.cdp, true);
  }

  async pair(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.getByRole("button", { name: /Pair this phone|Telefon koppeln/ }).click();
    await this.page.getByRole("navigation").waitFor();
  }

  /** The worker has everything, so that the app opens without a network. */
  async waitForWorker(): Promise<void> {
    await this.page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      while (active?.state !== "activated") await new Promise((resolve) => setTimeout(resolve, 50));
    });
  }

  /**
   * Bodies of the notifications the worker shows from now on, as the browser logs them. Asking the worker instead would
   * race with it: getNotifications() forgets what is not on the screen yet.
   */
  async watchNotifications(): Promise<readonly string[]> {
    const shown: string[] = [];
    this.cdp.on("BackgroundService.backgroundServiceEventReceived", ({ backgroundServiceEvent }) => {
      if (backgroundServiceEvent.eventName !== "Notification displayed") return;
      shown.push(backgroundServiceEvent.eventMetadata.find(({ key }) => key === "Body")?.value ?? "");
    });
    await this.cdp.send("BackgroundService.startObserving", { service: "notifications" });
    await this.cdp.send("BackgroundService.setRecording", { service: "notifications", shouldRecord: true });
    return shown;
  }

  async picture(name: string, whole = false): Promise<void> {
    mkdirSync(pictureFolder, { recursive: true });
    await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await this.page.screenshot({ path: join(pictureFolder, `phone-${name}.png`), fullPage: whole });
  }
}
