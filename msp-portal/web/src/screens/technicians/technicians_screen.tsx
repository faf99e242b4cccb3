import { Button } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { techniciansQuery } from "../../api/queries";
import type { Technician } from "../../api/types";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { readGridView } from "../../parts/grid/grid_view";
import { useAddressedView } from "../../parts/grid/use_addressed_view";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { ViewsMenu } from "../../parts/views/views_menu";
import type { Texts } from "../../texts/en";
import { useTexts } from "../../texts/texts";
import { InviteDrawer } from "./invite_drawer";
import { StateOfTechnician, StatusOfTechnician } from "./technician_badges";
import { useTechnicianBulk } from "./technician_bulk";

function columnsOf(texts: Texts): GridColumn<Technician>[] {
  const words = texts.technicians;
  const titles = words.columns;
  return [
    {
      id: "name",
      title: titles.name,
      value: ({ name }) => name,
      filter: "text",
      cell: ({ id, name }) => (
        <TextLink to="/technicians/$id" params={{ id }}>
          {name}
        </TextLink>
      ),
    },
    { id: "account", title: titles.account, value: ({ account }) => account, filter: "text", cell: ({ account }) => <code>{account}</code> },
    { id: "email", title: titles.email, value: ({ email }) => email, filter: "text" },
    {
      id: "state",
      title: titles.state,
      value: ({ state }) => words.states[state],
      choiceKey: ({ state }) => state,
      filter: "choice",
      cell: (technician) => <StateOfTechnician technician={technician} />,
    },
    {
      id: "status",
      title: titles.status,
      value: ({ status }) => words.statuses[status],
      choiceKey: ({ status }) => status,
      filter: "choice",
      cell: (technician) => <StatusOfTechnician technician={technician} />,
    },
    { id: "phones", title: titles.phones, value: ({ phones }) => phones.length, filter: "number" },
    {
      id: "administrator",
      title: titles.administrator,
      value: ({ owner, administrator }) => (owner ? words.owner : administrator ? texts.common.yes : texts.common.no),
      choiceKey: ({ owner, administrator }) => (owner ? "owner" : administrator ? "yes" : "no"),
      filter: "choice",
    },
    {
      id: "since",
      title: titles.since,
      value: ({ created_at }) => created_at,
      filter: "past",
      cell: ({ created_at }) => <Moment at={created_at} />,
    },
  ];
}

export function TechniciansScreen() {
  const texts = useTexts();
  const words = texts.technicians;
  const [inviting, setInviting] = useState(false);
  const columns = useMemo(() => columnsOf(texts), [texts]);
  const held = useAddressedView();
  const bulk = useTechnicianBulk();
  const invite = (
    <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
      {words.invite}
    </Button>
  );
  return (
    <Page title={words.title} lead={words.lead} actions={invite}>
      <Panel flush>
        <Loaded query={useQuery(techniciansQuery)}>
          {(technicians) => (
            <Grid
              name={words.title}
              rows={technicians}
              columns={columns}
              rowId={({ id }) => id}
              rowLabel={({ name }) => name}
              held={held}
              toolbar={<ViewsMenu list="technicians" search={readGridView({ ...held[0] })} />}
              bulk={bulk}
              empty={<EmptyState icon={<IconUsers size={22} />} title={words.emptyTitle} text={words.emptyText} action={invite} />}
            />
          )}
        </Loaded>
      </Panel>
      <InviteDrawer opened={inviting} onClose={() => setInviting(false)} />
    </Page>
  );
}
