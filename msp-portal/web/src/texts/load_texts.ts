import type { Texts } from "./en";

export type Language = "en" | "de";
export const languages: readonly Language[] = ["en", "de"];

const storageKey = "doorward-language";

export function preferredLanguage(stored: string | null, wanted: readonly string[]): Language {
  const known = languages.find((language) => language === stored);
  if (known) return known;
  for (const tag of wanted) {
    const match = languages.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (match) return match;
  }
  return "en";
}

export function regionalForm(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
}

export const startingLanguage = () => preferredLanguage(localStorage.getItem(storageKey), navigator.languages);
export const keepLanguage = (language: Language) => localStorage.setItem(storageKey, language);

export async function loadTexts(language: Language): Promise<Texts> {
  return language === "de" ? (await import("./de")).de : (await import("./en")).en;
}
