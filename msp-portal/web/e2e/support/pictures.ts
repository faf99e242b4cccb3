import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

const folder = join(import.meta.dirname, "../../../../build/pictures");

const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;
const narrowest = { width: 360, height: 740 };
const schemes = ["light", "dark"] as const;

/** The screen as it looks wide and narrow, light and dark, and on the narrowest phone: five files to look at. */
export async function takePictures(page: Page, name: string, each: () => Promise<void>) {
  await mkdir(folder, { recursive: true });
  for (const [width, size] of Object.entries(widths)) {
    await page.setViewportSize(size);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      await painted(page);
      await page.screenshot({ path: join(folder, `portal-${name}-${width}-${colorScheme}.png`), fullPage: true });
      // Contrast follows the scheme, layout the width: these two pictures hold every combination once.
      if ((width === "wide") === (colorScheme === "light")) await each();
    }
  }
  await page.setViewportSize(narrowest);
  await painted(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name} scrolls sideways by ${overflow} px at ${narrowest.width} px`);
  await page.screenshot({ path: join(folder, `portal-${name}-narrowest-dark.png`), fullPage: true });
  await page.setViewportSize(widths.wide);
  await page.emulateMedia({ colorScheme: "light" });
}

/** Nothing moves with reduced motion, so two frames after the change the page is as it will be. */
const painted = (page: Page) =>
  page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 2; ++frame) await new Promise(requestAnimationFrame);
  });

/** Until nothing on the page says that it is still on its way. */
export const loaded = (page: Page) => page.locator('[role="status"][aria-label]').first().waitFor({ state: "detached" });
