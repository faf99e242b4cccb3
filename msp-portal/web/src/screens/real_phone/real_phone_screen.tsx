import { List, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../api/queries";
import { CopyLine } from "../../parts/copy";
import { isLabName } from "../../parts/lab_name";
import { Loaded } from "../../parts/loaded";
import { Page, Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";

/** Why a phone cannot open a portal of a lab, and what it takes to give it one that it can. */
export function RealPhoneScreen() {
  const words = useTexts().realPhone;
  return (
    <Loaded query={useQuery(meQuery)}>
      {({ app_origin }) => {
        const { host, hostname } = new URL(app_origin);
        return (
          <Page title={words.title} lead={isLabName(hostname) ? words.lead(host) : words.fine(host)} width="narrow">
            <Panel title={words.whyTitle}>
              <List size="sm" spacing="xs">
                {words.why.map((line) => (
                  <List.Item key={line}>{line}</List.Item>
                ))}
              </List>
            </Panel>
            <Panel title={words.howTitle}>
              <List type="ordered" size="sm" spacing="md">
                {words.how.map(({ title, text, code }) => (
                  <List.Item key={title}>
                    <strong>{title}</strong>
                    <Text size="sm" mb={code === null ? 0 : "xs"}>
                      {text}
                    </Text>
                    {code !== null && <CopyLine value={code} label={title} />}
                  </List.Item>
                ))}
              </List>
            </Panel>
            <Panel title={words.withoutTitle}>
              <Text size="sm">{words.without}</Text>
            </Panel>
          </Page>
        );
      }}
    </Loaded>
  );
}
