import { readGridView } from "../../parts/grid/grid_view";
import { useAddressedView } from "../../parts/grid/use_addressed_view";
import { TextLink } from "../../parts/links";
import { Page } from "../../parts/page";
import { ViewsMenu } from "../../parts/views/views_menu";
import { useChosenCustomer } from "../../shell/customer_switcher";
import { useTexts } from "../../texts/texts";
import { GroupsGrid } from "./groups_grid";

export function GroupsScreen() {
  const texts = useTexts();
  const customer = useChosenCustomer();
  const held = useAddressedView();
  return (
    <Page title={texts.groups.title} trail={<TextLink to="/devices">{texts.devices.title}</TextLink>}>
      <GroupsGrid
        key={customer}
        tenantId={customer}
        held={held}
        toolbar={<ViewsMenu list="device_groups" search={{ ...readGridView({ ...held[0] }), customer }} />}
      />
    </Page>
  );
}
