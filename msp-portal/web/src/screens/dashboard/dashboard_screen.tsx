import { Alert } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { dashboardQuery } from "../../api/queries";
import { ButtonLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Columns, Page } from "../../parts/page";
import { useChosenCustomer } from "../../shell/customer_switcher";
import { useTexts } from "../../texts/texts";
import { RecentEvents } from "../audit/recent_events";
import { CodesUsedTwice } from "./codes_used_twice";
import { Counts } from "./counts";
import { OfflineExposure } from "./offline_exposure";
import { PendingChanges } from "./pending_changes";

export function DashboardScreen() {
  const texts = useTexts();
  const words = texts.dashboard;
  const customer = useChosenCustomer();
  return (
    <Page title={words.title} lead={customer && words.ofAll}>
      <Loaded query={useQuery(dashboardQuery)}>
        {(counts) => (
          <>
            {(counts.tenants === 0 || counts.devices === 0 || counts.technicians === 0) && (
              <Alert variant="light" color="harbour" icon={<IconRocket size={18} />} title={words.unfinished}>
                <ButtonLink to="/start" size="sm" mt="xs">
                  {words.continue}
                </ButtonLink>
              </Alert>
            )}
            <CodesUsedTwice count={counts.codes_used_twice} />
            <Counts counts={counts} />
          </>
        )}
      </Loaded>
      <Columns>
        <PendingChanges />
        <OfflineExposure />
      </Columns>
      <RecentEvents title={words.recent} filter={{ tenant_id: customer }} />
    </Page>
  );
}
