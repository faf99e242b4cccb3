import { IconDeviceDesktop, IconStack2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { devicesQuery } from "../../api/queries";
import { EmptyState } from "../../parts/empty_state";
import { readGridView } from "../../parts/grid/grid_view";
import { useAddressedView } from "../../parts/grid/use_addressed_view";
import { ButtonLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Page, Panel } from "../../parts/page";
import { ViewsMenu } from "../../parts/views/views_menu";
import { useChosenCustomer } from "../../shell/customer_switcher";
import { useTexts } from "../../texts/texts";
import { DevicesGrid } from "./devices_grid";

export function DevicesScreen() {
  const texts = useTexts();
  const customer = useChosenCustomer();
  const held = useAddressedView();
  return (
    <Page
      title={texts.devices.title}
      lead={texts.devices.lead}
      actions={
        <>
          <ButtonLink to="/removed-devices" variant="default">
            {texts.removed.title}
          </ButtonLink>
          <ButtonLink to="/device-groups" variant="default" leftSection={<IconStack2 size={16} />}>
            {texts.groups.title}
          </ButtonLink>
        </>
      }
    >
      <Panel flush>
        <Loaded query={useQuery(devicesQuery(customer))}>
          {(devices) => (
            <DevicesGrid
              devices={devices}
              withCustomer={customer === undefined}
              held={held}
              toolbar={<ViewsMenu list="devices" search={{ ...readGridView({ ...held[0] }), customer }} />}
              empty={
                <EmptyState
                  icon={<IconDeviceDesktop size={22} />}
                  title={texts.devices.emptyTitle}
                  text={texts.devices.emptyText}
                  action={
                    <ButtonLink to="/customers" variant="light">
                      {texts.devices.openCustomers}
                    </ButtonLink>
                  }
                />
              }
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
