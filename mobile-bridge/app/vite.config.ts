import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { build, defineConfig, type Plugin } from "vite";

const outputFolder = join(import.meta.dirname, "../../build/web/app");
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8")) as { version: string };

// The worker is built after the app because it carries the list of the app's files. An own plugin of a dozen lines
// instead of vite-plugin-pwa, which brings Workbox and some two hundred packages into what signs for technicians.
function serviceWorker(): Plugin {
  return {
    name: "doorward-service-worker",
    apply: "build",
    async closeBundle() {
      const files = readdirSync(outputFolder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== "service-worker.js")
        .map((entry) => join(entry.parentPath, entry.name).slice(outputFolder.length))
        .toSorted();
      const digest = createHash("sha256");
      for (const file of files) digest.update(file).update(readFileSync(join(outputFolder, file)));
      await build({
        configFile: false,
        root: import.meta.dirname,
        publicDir: false,
        logLevel: "warn",
        define: {
          precachedFiles: JSON.stringify(files.map((file) => (file === "/index.html" ? "/" : file))),
          cacheName: JSON.stringify(`doorward-${digest.digest("hex").slice(0, 16)}`),
        },
        build: {
          outDir: outputFolder,
          emptyOutDir: false,
          target: "es2023",
          rolldownOptions: { input: "source/worker/service_worker.ts", output: { format: "iife", entryFileNames: "service-worker.js" } },
        },
      });
    },
  };
}

export default defineConfig({
  define: { appVersion: JSON.stringify(version) },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: outputFolder,
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [serviceWorker()],
});
