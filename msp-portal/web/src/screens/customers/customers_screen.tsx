import { Button } from "@mantine/core";
import { IconBuilding, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { tenantsQuery } from "../../api/queries";
import type { Tenant } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { readGridView } from "../../parts/grid/grid_view";
import { useAddressedView } from "../../parts/grid/use_addressed_view";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { ViewsMenu } from "../../parts/views/views_menu";
import { useTexts } from "../../texts/texts";
import { AddCustomerDialog } from "./add_customer_dialog";
import { useCustomerBulk } from "./customer_bulk";

export function CustomersScreen() {
  const texts = useTexts();
  const [adding, setAdding] = useState(false);
  const tenants = useQuery(tenantsQuery);
  const held = useAddressedView();
  const bulk = useCustomerBulk();
  const columns = useMemo<GridColumn<Tenant>[]>(() => {
    const words = texts.customers.columns;
    const stateOf = ({ suspended }: Tenant) => (suspended ? texts.customers.suspended : texts.customers.active);
    return [
      {
        id: "name",
        title: words.name,
        value: ({ name }) => name,
        filter: "text",
        cell: ({ id, name }) => (
          <TextLink to="/customers/$id" params={{ id }}>
            {name}
          </TextLink>
        ),
      },
      { id: "devices", title: words.devices, value: ({ devices }) => devices, filter: "number" },
      { id: "connected", title: words.connected, value: ({ devices_connected }) => devices_connected, filter: "number" },
      {
        id: "mode",
        title: words.mode,
        value: ({ settings }) => texts.settingsOfCustomer.modes[settings.account_mode],
        choiceKey: ({ settings }) => settings.account_mode,
        filter: "choice",
      },
      { id: "offline", title: words.offlineDays, value: ({ settings }) => settings.offline_days, filter: "number" },
      {
        id: "state",
        title: words.state,
        value: stateOf,
        choiceKey: ({ suspended }) => (suspended ? "suspended" : "active"),
        filter: "choice",
        cell: (tenant) => <StateBadge tone={tenant.suspended ? "bad" : "good"}>{stateOf(tenant)}</StateBadge>,
      },
      {
        id: "created",
        title: words.created,
        value: ({ created_at }) => created_at,
        filter: "past",
        cell: ({ created_at }) => <Moment at={created_at} />,
      },
    ];
  }, [texts]);
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {texts.customers.add}
    </Button>
  );
  return (
    <Page title={texts.customers.title} lead={texts.customers.lead} actions={add}>
      <Panel flush>
        <Loaded query={tenants}>
          {(rows) => (
            <Grid
              name={texts.customers.title}
              rows={rows}
              columns={columns}
              rowId={({ id }) => id}
              rowLabel={({ name }) => name}
              held={held}
              toolbar={<ViewsMenu list="customers" search={readGridView({ ...held[0] })} />}
              bulk={bulk}
              empty={
                <EmptyState
                  icon={<IconBuilding size={22} />}
                  title={texts.customers.emptyTitle}
                  text={texts.customers.emptyText}
                  action={add}
                />
              }
            />
          )}
        </Loaded>
      </Panel>
      <AddCustomerDialog opened={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}
