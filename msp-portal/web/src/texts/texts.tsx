import { notifications } from "@mantine/notifications";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { Texts } from "./en";
import { keepLanguage, type Language, loadTexts, regionalForm } from "./load_texts";

export { languages } from "./load_texts";

export interface Loaded {
  language: Language;
  texts: Texts;
}

interface Spoken extends Loaded {
  /** For dates and numbers: the person's own region where it speaks the chosen language. */
  locale: string;
  /** Where the words of that language do not come, the page keeps those it has and says so. */
  choose: (language: Language) => void;
}

const SpokenContext = createContext<Spoken | null>(null);

export function TextsProvider({ start, children }: { start: Loaded; children: ReactNode }) {
  const [loaded, setLoaded] = useState(start);
  const spoken = useMemo(
    () => ({
      ...loaded,
      locale: regionalForm(loaded.language, navigator.languages),
      choose: (language: Language) => {
        loadTexts(language).then(
          (texts) => {
            keepLanguage(language);
            document.documentElement.lang = language;
            setLoaded({ language, texts });
          },
          () => notifications.show({ message: loaded.texts.shell.languageFailed, color: "red", withBorder: true }),
        );
      },
    }),
    [loaded],
  );
  return <SpokenContext value={spoken}>{children}</SpokenContext>;
}

function useSpoken(): Spoken {
  const spoken = useContext(SpokenContext);
  if (!spoken) throw new Error("texts are used outside of their provider");
  return spoken;
}

export const useTexts = (): Texts => useSpoken().texts;
export const useLanguage = (): Pick<Spoken, "language" | "locale" | "choose"> => useSpoken();
