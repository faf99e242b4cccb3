import { Tabs } from "@mantine/core";
import type { RightFilter } from "../../api/queries";
import { useTexts } from "../../texts/texts";
import type { GrantFor } from "./grant_right_drawer";
import { RightsList } from "./rights_list";

interface SubjectRightsProps {
  filter: RightFilter;
  grantFor: GrantFor;
  without?: "who";
}

/** What somebody may enter and what of the portal they may use: the same for technicians and departments. */
export function SubjectRights({ filter, grantFor, without }: SubjectRightsProps) {
  const words = useTexts().rights;
  const list = { filter, grantFor, without };
  return (
    <Tabs defaultValue="devices" keepMounted={false}>
      <Tabs.List mb="lg">
        <Tabs.Tab value="devices">{words.accessToDevices}</Tabs.Tab>
        <Tabs.Tab value="sections">{words.accessToSections}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="devices">
        <RightsList {...list} title={words.accessToDevices} lead={words.addUp} emptyText={words.devicesEmpty} access="devices" />
      </Tabs.Panel>
      <Tabs.Panel value="sections">
        <RightsList {...list} title={words.accessToSections} emptyText={words.sectionsEmpty} access="sections" />
      </Tabs.Panel>
    </Tabs>
  );
}
