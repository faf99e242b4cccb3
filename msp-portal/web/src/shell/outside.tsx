import { Button, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { Keyhole } from "../parts/keyhole";
import { languages, useLanguage, useTexts } from "../texts/texts";
import styles from "./shell.module.css";

/** The frame of the pages in front of the sign-in: one card, one decision. */
export function Outside({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const texts = useTexts();
  const { language, choose } = useLanguage();
  useEffect(() => {
    document.title = `${title} · Doorward`;
  }, [title]);
  return (
    <div className={styles.outside}>
      <main className={styles.card}>
        <div className={styles.cardBrand}>
          <Keyhole size={34} />
          Doorward
        </div>
        <Title order={1}>{title}</Title>
        <p className={styles.cardLead}>{lead}</p>
        {children}
      </main>
      <footer className={styles.outsideFoot} aria-label={texts.shell.language}>
        {languages.map((known) => (
          <Button
            key={known}
            size="compact-sm"
            variant={known === language ? "light" : "subtle"}
            color="gray"
            lang={known}
            aria-pressed={known === language}
            onClick={() => choose(known)}
          >
            {texts.shell.languages[known]}
          </Button>
        ))}
      </footer>
    </div>
  );
}
