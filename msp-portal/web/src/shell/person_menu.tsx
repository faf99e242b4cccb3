import { Avatar, Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconLogout, IconSelector } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, nothing } from "../api/client";
import { meQuery } from "../api/queries";
import { languages, useLanguage, useTexts } from "../texts/texts";
import styles from "./shell.module.css";

const schemes = [
  ["light", "light"],
  ["dark", "dark"],
  ["auto", "system"],
] as const;

const initials = (name: string) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join("");

/** Ends the session on the server, then leaves with nothing kept in memory. */
export async function signOut() {
  await nothing(api.DELETE("/session"));
  location.assign("/sign-in");
}

export function PersonMenu() {
  const texts = useTexts();
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const { data: me } = useQuery(meQuery);
  if (!me) return null;
  const check = (on: boolean) => (on ? <IconCheck size={14} /> : undefined);
  return (
    <Menu position="top-start" width={232} shadow="md">
      <Menu.Target>
        <UnstyledButton className={styles.person}>
          <VisuallyHidden>{texts.shell.account}: </VisuallyHidden>
          <Avatar size={30} radius="xl" color="harbour" variant="light" aria-hidden="true">
            {initials(me.technician.name)}
          </Avatar>
          <span className={styles.personText}>
            <span className={styles.personName}>{me.technician.name}</span>{" "}
            <span className={styles.personSub}>{me.owner ? texts.technicians.owner : texts.technicians.administrator}</span>
          </span>
          <IconSelector size={16} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{texts.shell.appearance}</Menu.Label>
        {schemes.map(([scheme, word]) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} rightSection={check(colorScheme === scheme)}>
            {texts.shell[word]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{texts.shell.language}</Menu.Label>
        {languages.map((known) => (
          <Menu.Item key={known} onClick={() => choose(known)} lang={known} rightSection={check(language === known)}>
            {texts.shell.languages[known]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          {texts.shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
