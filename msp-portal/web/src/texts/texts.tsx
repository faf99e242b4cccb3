import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Texts } from "./en";

export type Language = "en" | "de";
export const languages: readonly Language[] = ["en", "de"];

const storageKey = "doorward-language";

interface Spoken {
  language: Language;
  /** For dates and numbers: the person's own region where it speaks the chosen language. */
  locale: string;
  texts: Texts;
  choose: (language: Language) => void;
}

const SpokenContext = createContext<Spoken | null>(null);

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

async function loadTexts(language: Language): Promise<Texts> {
  return language === "de" ? (await import("./de")).de : (await import("./en")).en;
}

/** Holds back the first paint until the words are there: they are one small file. */
export function TextsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() =>
    preferredLanguage(localStorage.getItem(storageKey), navigator.languages),
  );
  const [loaded, setLoaded] = useState<{ language: Language; texts: Texts } | null>(null);
  useEffect(() => {
    let current = true;
    void loadTexts(language).then((texts) => {
      if (!current) return;
      document.documentElement.lang = language;
      setLoaded({ language, texts });
    });
    return () => {
      current = false;
    };
  }, [language]);
  const spoken = useMemo(
    () =>
      loaded && {
        ...loaded,
        locale: regionalForm(loaded.language, navigator.languages),
        choose: (next: Language) => {
          localStorage.setItem(storageKey, next);
          setLanguage(next);
        },
      },
    [loaded],
  );
  return spoken && <SpokenContext value={spoken}>{children}</SpokenContext>;
}

function useSpoken(): Spoken {
  const spoken = useContext(SpokenContext);
  if (!spoken) throw new Error("texts are used outside of their provider");
  return spoken;
}

export const useTexts = (): Texts => useSpoken().texts;
export const useLanguage = (): Pick<Spoken, "language" | "locale" | "choose"> => useSpoken();
