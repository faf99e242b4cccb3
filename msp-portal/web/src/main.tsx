import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "virtual:theme.css";
import "./app/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { loadTexts, startingLanguage } from "./texts/load_texts";

// Until the words are there, the text that index.html brings along stands: it says what to do should they never come.
const language = startingLanguage();
const texts = await loadTexts(language);
document.documentElement.lang = language;
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App spoken={{ language, texts }} />
    </StrictMode>,
  );
}
