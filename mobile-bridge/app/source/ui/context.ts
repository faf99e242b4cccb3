import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Phone, PhoneSnapshot } from "../core/index.ts";
import { german } from "./texts_de.ts";
import { english, type Texts } from "./texts_en.ts";

export type Language = "en" | "de";

export interface AppContext {
  readonly phone: Phone;
  readonly texts: Texts;
  /** For dates: the browser's own region of the chosen language. */
  readonly locale: string;
}

export const Context = createContext<AppContext | null>(null);

export function useApp(): AppContext {
  const context = useContext(Context);
  if (context === null) throw new Error("a screen outside of the app");
  return context;
}

export function chooseLanguage(preferred: Language | null): Language {
  return preferred ?? (navigator.language.startsWith("de") ? "de" : "en");
}

export function localeFor(language: Language): string {
  return navigator.languages.find((known) => known.startsWith(language)) ?? language;
}

export function textsFor(language: Language): Texts {
  return language === "de" ? german : english;
}

export function useSnapshot(phone: Phone): PhoneSnapshot {
  const [snapshot, setSnapshot] = useState(phone.snapshot);
  useEffect(() => {
    setSnapshot(phone.snapshot);
    return phone.subscribe(() => setSnapshot(phone.snapshot));
  }, [phone]);
  return snapshot;
}

/** The time, again and again; screens with a countdown draw themselves by it. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
