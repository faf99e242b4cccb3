import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { themeStyles } from "./scripts/theme_styles.ts";

const repository = resolve(import.meta.dirname, "../..");

export default defineConfig({
  plugins: [react(), themeStyles()],
  build: {
    outDir: resolve(repository, "build/web/portal"),
    emptyOutDir: true,
    target: "es2023",
    // Inlined data: URLs and module-preload polyfills would need a looser content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
