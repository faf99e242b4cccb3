import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { openPage } from "../support/browser.ts";
import { openTarget } from "../support/target.ts";

const budget = 250 * 1024;

test("the first page needs at most 250 KB of compressed script", async () => {
  const target = await openTarget();
  const open = await openPage(target);
  try {
    const scripts: Promise<Buffer>[] = [];
    open.page.on("response", (response) => {
      if (new URL(response.url()).pathname.endsWith(".js")) scripts.push(response.body());
    });
    await open.page.goto("/sign-in");
    await open.page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
    const bodies = await Promise.all(scripts);
    const size = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    assert.ok(size > 0 && size <= budget, `${size} bytes`);
    open.assertClean();
  } finally {
    await open.close();
    await target.close();
  }
});
