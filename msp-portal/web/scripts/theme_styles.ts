import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from "@mantine/core";
import type { Plugin } from "vite";
import { cssVariables, theme } from "../src/app/theme.ts";

const name = "virtual:theme.css";

/**
 * Mantine would write the theme's variables into a <style> element at run time, which `style-src 'self'` forbids.
 * They never change while the page is open, so the build writes them into the style sheet instead.
 */
export function themeStyles(): Plugin {
  return {
    name: "doorward-theme-styles",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? themeCss() : undefined),
  };
}

export function themeCss(): string {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const base = defaultCssVariablesResolver(merged);
  const own = cssVariables(merged);
  return convertCssVariables({
    variables: { ...base.variables, ...own.variables },
    light: { ...base.light, ...own.light, "--mantine-color-scheme": "light" },
    dark: { ...base.dark, ...own.dark, "--mantine-color-scheme": "dark" },
  });
}
