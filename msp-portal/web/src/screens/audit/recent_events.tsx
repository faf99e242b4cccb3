import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type AuditFilter, auditQuery, meQuery } from "../../api/queries";
import { EmptyState } from "../../parts/empty_state";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { EventsList } from "./events_list";

/** The newest events about something, with the way to all of them. Only for those who may read the log. */
export function RecentEvents({ title, filter }: { title: string; filter: AuditFilter }) {
  const texts = useTexts();
  const { data: me } = useQuery(meQuery);
  const mayRead = me?.permissions.includes("audit_log") ?? false;
  const events = useInfiniteQuery({ ...auditQuery(filter, 8), enabled: mayRead });
  if (!mayRead) return null;
  return (
    <Panel
      title={title}
      flush
      actions={
        <TextLink to="/audit" search={filter} size="sm">
          {texts.dashboard.seeAll}
        </TextLink>
      }
    >
      <Loaded query={events}>
        {({ pages }) =>
          pages[0]?.items.length ? (
            <EventsList events={pages[0].items} label={title} />
          ) : (
            <EmptyState
              icon={<IconHistory size={22} />}
              title={texts.dashboard.recentEmptyTitle}
              text={texts.dashboard.recentEmptyText}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
