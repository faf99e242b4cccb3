import { Alert, List, Text } from "@mantine/core";
import { IconCircleCheck, IconHistoryToggle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { restoreQuery } from "../../api/queries";
import type { Restore } from "../../api/types";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { AcceptRestore } from "./accept_restore";
import { ReportRows } from "./report_rows";

/** What workstations hold and a restored portal does not, and the way out of its silence. */
export function RestoreScreen() {
  const words = useTexts().restore;
  return (
    <Page title={words.title} width="narrow">
      <Loaded query={useQuery(restoreQuery)}>
        {({ restore }) =>
          restore === null ? (
            <Alert color="green" variant="light" icon={<IconCircleCheck size={18} />}>
              {words.none}
            </Alert>
          ) : (
            <Restored restore={restore} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Restored({ restore }: { restore: Restore }) {
  const words = useTexts().restore;
  const back = restore.devices.filter(({ reported_at }) => reported_at !== null);
  const ahead = back.filter(({ roster }) => roster === "newer" || roster === "other_life");
  const events = back.reduce((sum, { events_lacking }) => sum + events_lacking, 0);
  return (
    <>
      <Alert color="red" variant="light" icon={<IconHistoryToggle size={18} />} title={words.heading}>
        {words.since} <Moment at={restore.restored_at} form="date" />. {words.meaning}
        <List mt="xs" size="sm">
          {words.before.map((step) => (
            <List.Item key={step}>{step}</List.Item>
          ))}
        </List>
      </Alert>
      <Panel title={words.differs} flush={restore.devices.length > 0}>
        <List size="sm" listStyleType="none" px={restore.devices.length > 0 ? "lg" : 0} pb="sm">
          <List.Item>{words.back(back.length, restore.devices.length)}</List.Item>
          <List.Item>{words.ahead(ahead.length)}</List.Item>
          <List.Item>{words.events(events)}</List.Item>
          {restore.unknown_devices > 0 && <List.Item>{words.unknown(restore.unknown_devices)}</List.Item>}
        </List>
        <ReportRows reports={restore.devices} />
      </Panel>
      <Panel title={words.acceptTitle}>
        <Text size="sm" mb="sm">
          {restore.accepted_by === null ? words.acceptLead : words.first(restore.accepted_by.name)}
        </Text>
        <AcceptRestore restore={restore} />
      </Panel>
    </>
  );
}
