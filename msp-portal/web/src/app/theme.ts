import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const harbour: MantineColorsTuple = [
  "#e9f5f3",
  "#d3e8e5",
  "#a8d1cc",
  "#79b8b1",
  "#4f9f97",
  "#2f867e",
  "#1f736c",
  "#175e59",
  "#114b47",
  "#0b3734",
];

const red: MantineColorsTuple = [
  "#fdeceb",
  "#f9d3d0",
  "#f2aba6",
  "#ea8179",
  "#e35d53",
  "#d9443a",
  "#c2352b",
  "#b02a21",
  "#93211a",
  "#761913",
];

const slate: MantineColorsTuple = [
  "#e3e6e9",
  "#c3c9ce",
  "#a3abb3",
  "#7f8993",
  "#56606a",
  "#3a434c",
  "#2a3138",
  "#1e2429",
  "#161b1f",
  "#101417",
];

export const theme = createTheme({
  colors: { harbour, red, dark: slate },
  primaryColor: "harbour",
  primaryShade: { light: 7, dark: 6 },
  black: "#16201f",
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  headings: {
    fontWeight: "620",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "1.25" },
      h2: { fontSize: "1.125rem", lineHeight: "1.35" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Anchor: { defaultProps: { inherit: true } },
    // Scroll locking would inject a <style> element; global.css does the same with :has().
    Modal: { defaultProps: { lockScroll: false, centered: true, padding: "lg" } },
    Drawer: { defaultProps: { lockScroll: false, position: "right", size: "28rem", padding: "lg" } },
    // Its invisible place for the first focus is no child that a menu may have; the first item takes the focus instead.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250 } },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-dimmed": "#56625f",
    "--mantine-color-placeholder": "#6a7673",
    "--mantine-color-error": "#b3261e",
    "--dw-canvas": "#f6f7f5",
    "--dw-surface": "#ffffff",
    "--dw-surface-quiet": "#fafbf9",
    "--dw-line": "#e2e6e2",
    "--dw-line-strong": "#c9d0cb",
    "--dw-brass": "#8a5a00",
    "--dw-brass-soft": "#fbf1dc",
    "--dw-accent": "#175e59",
    "--dw-accent-soft": "#e6f2f0",
    "--dw-good": "#1d6b3a",
    "--dw-good-soft": "#e5f4ea",
    "--dw-bad": "#a3231c",
    "--dw-bad-soft": "#fcebe9",
    "--dw-shadow": "0 1px 2px rgb(16 32 30 / 5%), 0 4px 16px rgb(16 32 30 / 4%)",
  },
  dark: {
    "--mantine-color-body": "#171c20",
    "--mantine-color-dimmed": "#a2adb0",
    "--mantine-color-placeholder": "#8f9a9e",
    "--mantine-color-error": "#ff9d94",
    "--mantine-color-harbour-light": "#15302e",
    "--mantine-color-harbour-light-hover": "#1a3a37",
    "--dw-canvas": "#101417",
    "--dw-surface": "#171c20",
    "--dw-surface-quiet": "#1b2125",
    "--dw-line": "#2a3237",
    "--dw-line-strong": "#3d474d",
    "--dw-brass": "#f2c879",
    "--dw-brass-soft": "#33290f",
    "--dw-accent": "#79c6be",
    "--dw-accent-soft": "#15302e",
    "--dw-good": "#7fd6a0",
    "--dw-good-soft": "#14301f",
    "--dw-bad": "#ff9d94",
    "--dw-bad-soft": "#3a1916",
    "--dw-shadow": "0 1px 2px rgb(0 0 0 / 30%)",
  },
});
