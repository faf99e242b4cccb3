import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

const folder = join(import.meta.dirname, "../../../../build/pictures");

const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;
const schemes = ["light", "dark"] as const;

/** The screen as it looks wide and narrow, light and dark: four files to look at, and `each` in every one of them. */
export async function takePictures(page: Page, name: string, each: () => Promise<void>) {
  await mkdir(folder, { recursive: true });
  for (const [width, size] of Object.entries(widths)) {
    await page.setViewportSize(size);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      await page.waitForTimeout(150);
      await page.screenshot({ path: join(folder, `portal-${name}-${width}-${colorScheme}.png`), fullPage: true });
      // Contrast follows the scheme, layout the width: these two pictures hold every combination once.
      if ((width === "wide") === (colorScheme === "light")) await each();
    }
  }
  await page.setViewportSize(widths.wide);
  await page.emulateMedia({ colorScheme: "light" });
}
