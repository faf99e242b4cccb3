import { ActionIcon, Drawer } from "@mantine/core";
import { IconMenu2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { meQuery, teamQuery } from "../api/queries";
import { LiveProvider, useLiveState } from "../live/live";
import { Keyhole } from "../parts/keyhole";
import { useTexts } from "../texts/texts";
import { CustomerSwitcher } from "./customer_switcher";
import { MenuEntries } from "./menu";
import { PersonMenu } from "./person_menu";
import styles from "./shell.module.css";

export function Shell() {
  return (
    <LiveProvider>
      <Frame>
        <Outlet />
      </Frame>
    </LiveProvider>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const texts = useTexts();
  const [opened, setOpened] = useState(false);
  const { data: team } = useQuery(teamQuery);
  const close = () => setOpened(false);
  return (
    <div className={styles.shell}>
      <a href="#content" className={styles.skip}>
        {texts.shell.skip}
      </a>
      <nav className={styles.side} aria-label={texts.shell.menu}>
        <Brand />
        <CustomerSwitcher />
        <MenuEntries />
        <Foot />
      </nav>
      <nav className={styles.top} aria-label="Doorward">
        <ActionIcon variant="subtle" color="gray" size="lg" onClick={() => setOpened(true)} aria-label={texts.shell.openMenu}>
          <IconMenu2 size={20} />
        </ActionIcon>
        <Brand />
      </nav>
      <Drawer opened={opened} onClose={close} position="left" size="18rem" title={texts.shell.menu}>
        <nav className={styles.drawer} aria-label={texts.shell.menu}>
          <CustomerSwitcher onChosen={close} />
          <MenuEntries onChosen={close} />
          <Foot />
        </nav>
      </Drawer>
      <main className={styles.main} id="content" tabIndex={-1}>
        {team?.value.suspended && (
          <div role="alert" className={styles.warning}>
            {texts.shell.suspendedTeam}
          </div>
        )}
        {team?.value.restored_at != null && (
          <div role="alert" className={styles.warning}>
            {texts.shell.restored}{" "}
            <Link to="/restore" className={styles.warningLink}>
              {texts.shell.restoredOpen}
            </Link>
          </div>
        )}
        <NotLive />
        {children}
      </main>
    </div>
  );
}

const patience = 5000;

/** What the pages show grows old while nobody tells them of changes; a moment without is nothing to speak of. */
function NotLive() {
  const texts = useTexts();
  const live = useLiveState() === "open";
  const [quiet, setQuiet] = useState(false);
  useEffect(() => {
    if (live) {
      setQuiet(false);
      return undefined;
    }
    const timer = setTimeout(() => setQuiet(true), patience);
    return () => clearTimeout(timer);
  }, [live]);
  return (
    <div role="status" className={quiet ? styles.notLive : undefined}>
      {quiet && texts.shell.notLive}
    </div>
  );
}

function Brand() {
  const { data: me } = useQuery(meQuery);
  return (
    <Link to="/" className={styles.brand}>
      <Keyhole />
      <span>
        <span className={styles.brandName}>Doorward</span>
        <br />
        <span className={styles.brandTeam}>{me?.team.name}</span>
      </span>
    </Link>
  );
}

function Foot() {
  const texts = useTexts();
  const state = useLiveState();
  return (
    <div className={styles.foot}>
      <span className={styles.live} data-state={state} role="status">
        {texts.shell.live[state]}
      </span>
      <PersonMenu />
    </div>
  );
}
