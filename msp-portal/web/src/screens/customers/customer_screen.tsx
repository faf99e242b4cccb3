import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { Versioned } from "../../api/client";
import { tenantQuery } from "../../api/queries";
import type { Tenant } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Page } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { GroupsGrid } from "../groups/groups_grid";
import { RightsList } from "../rights/rights_list";
import { CustomerActions } from "./customer_actions";
import { CustomerDevices } from "./customer_devices";
import { CustomerSettings } from "./customer_settings";
import { EnrolmentTokens } from "./enrolment_tokens";

export function CustomerScreen() {
  const { id } = useParams({ from: "/inside/customers/$id" });
  return <Loaded query={useQuery(tenantQuery(id))}>{(tenant) => <CustomerPage key={id} tenant={tenant} />}</Loaded>;
}

function CustomerPage({ tenant }: { tenant: Versioned<Tenant> }) {
  const texts = useTexts();
  const { id, name, suspended } = tenant.value;
  const words = texts.customers.tabs;
  return (
    <Page
      title={name}
      trail={<TextLink to="/customers">{texts.customers.title}</TextLink>}
      lead={suspended && <StateBadge tone="bad">{texts.customers.suspended}</StateBadge>}
      actions={<CustomerActions tenant={tenant} />}
    >
      <Tabs defaultValue="workstations" keepMounted={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="workstations">{words.workstations}</Tabs.Tab>
          <Tabs.Tab value="groups">{words.groups}</Tabs.Tab>
          <Tabs.Tab value="rights">{words.rights}</Tabs.Tab>
          <Tabs.Tab value="tokens">{words.tokens}</Tabs.Tab>
          <Tabs.Tab value="settings">{words.settings}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="workstations">
          <CustomerDevices tenantId={id} />
        </Tabs.Panel>
        <Tabs.Panel value="groups">
          <GroupsGrid tenantId={id} />
        </Tabs.Panel>
        <Tabs.Panel value="rights">
          <RightsList title={texts.rights.title} filter={{ tenant_id: id }} grantFor={{ tenantId: id }} />
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <EnrolmentTokens tenantId={id} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <CustomerSettings tenant={tenant} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
