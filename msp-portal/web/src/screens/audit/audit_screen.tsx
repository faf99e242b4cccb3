import { Button, Group } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type AuditFilter, auditQuery } from "../../api/queries";
import { EmptyState } from "../../parts/empty_state";
import { Loaded } from "../../parts/loaded";
import { Page, Panel } from "../../parts/page";
import { ViewsMenu } from "../../parts/views/views_menu";
import { useTexts } from "../../texts/texts";
import { AuditFilters } from "./audit_filters";
import { readAuditFilter } from "./audit_filter";
import { EventsList } from "./events_list";
import { ExportButton } from "./export_button";
import { VerifiableExportButton } from "./verifiable_export_button";

export function AuditScreen() {
  const texts = useTexts();
  const search = useSearch({ from: "/inside/audit" });
  const navigate = useNavigate();
  const chosen = readAuditFilter({ ...search });
  const filter: AuditFilter = { ...chosen, tenant_id: chosen.tenant_id ?? search.customer };
  const events = useInfiniteQuery(auditQuery(filter));
  const choose = (next: AuditFilter) => {
    void navigate({ to: "/audit", search: { ...next, customer: search.customer }, replace: true });
  };
  return (
    <Page title={texts.audit.title} lead={texts.audit.lead}>
      <Panel flush>
        <AuditFilters
          filter={chosen}
          onChange={choose}
          tools={
            <>
              <ViewsMenu list="audit" search={{ ...chosen, customer: search.customer }} />
              <ExportButton filter={filter} />
              <VerifiableExportButton tenant={filter.tenant_id} />
            </>
          }
        />
        <Loaded query={events} rows={6}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) {
              return (
                <EmptyState
                  icon={<IconHistory size={22} />}
                  title={texts.audit.emptyTitle}
                  text={texts.audit.emptyText}
                />
              );
            }
            return <EventsList events={items} label={texts.audit.title} />;
          }}
        </Loaded>
        {events.hasNextPage && (
          <Group justify="center" p="md">
            <Button variant="default" loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
              {texts.common.more}
            </Button>
          </Group>
        )}
      </Panel>
    </Page>
  );
}
