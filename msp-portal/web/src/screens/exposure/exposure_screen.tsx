import { IconShieldCheck, IconShieldQuestion } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { exposureQuery } from "../../api/queries";
import type { Exposure, UnjudgedWorkstation } from "../../api/types";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { useAddressedView } from "../../parts/grid/use_addressed_view";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import styles from "./exposure.module.css";

/** For everyone from whom something was taken: where they could still enter without the portal, and until when. */
export function ExposureScreen() {
  const texts = useTexts();
  const words = texts.exposure;
  const held = useAddressedView();
  const columns = useMemo<GridColumn<Exposure>[]>(
    () => [
      {
        id: "technician",
        title: words.technician,
        value: ({ technician }) => technician.name,
        choiceKey: ({ technician }) => technician.id,
        filter: "choice",
        cell: ({ technician, technician_is_gone }) =>
          technician_is_gone ? (
            technician.name
          ) : (
            <TextLink to="/technicians/$id" params={{ id: technician.id }}>
              {technician.name}
            </TextLink>
          ),
      },
      {
        id: "device",
        title: words.workstation,
        value: ({ device }) => device.name,
        filter: "text",
        cell: ({ device, reason }) =>
          reason === "device_suspended" ? (
            device.name
          ) : (
            <TextLink to="/devices/$id" params={{ id: device.id }}>
              {device.name}
            </TextLink>
          ),
      },
      {
        id: "customer",
        title: words.customer,
        value: ({ tenant }) => tenant.name,
        choiceKey: ({ tenant }) => tenant.id,
        filter: "choice",
        cell: ({ tenant }) => (
          <TextLink to="/customers/$id" params={{ id: tenant.id }} c="inherit">
            {tenant.name}
          </TextLink>
        ),
      },
      {
        id: "reason",
        title: words.reason,
        value: ({ reason }) => words.reasons[reason],
        choiceKey: ({ reason }) => reason,
        filter: "choice",
      },
      { id: "account", title: words.account, value: ({ account }) => account, filter: "choice" },
      {
        id: "seen",
        title: words.lastSeen,
        value: ({ last_seen_at }) => last_seen_at,
        filter: "past",
        never: texts.common.never,
        cell: ({ last_seen_at }) => <Moment at={last_seen_at} />,
      },
      {
        id: "roster",
        title: words.roster,
        value: ({ held_revision, newest_revision }) => newest_revision - held_revision,
        filter: "number",
        cell: ({ held_revision, newest_revision }) => words.holds(held_revision, newest_revision),
      },
      {
        id: "until",
        title: words.until,
        value: ({ until }) => until,
        filter: "future",
        cell: ({ until }) => <Moment at={until} form="date" />,
      },
    ],
    [texts, words],
  );
  const exposure = useQuery(exposureQuery);
  return (
    <Page title={words.title} lead={words.lead}>
      {exposure.data && exposure.data.unjudged_workstations > 0 && (
        <UnjudgedPanel workstations={exposure.data.unjudged} count={exposure.data.unjudged_workstations} />
      )}
      <Panel flush>
        <Loaded query={exposure}>
          {({ items, more, unjudged_workstations }) => (
            <>
              <Grid
                name={words.title}
                rows={items}
                columns={columns}
                rowId={({ technician, device }) => `${technician.id} ${device.id}`}
                rowLabel={({ technician, device }) => `${technician.name}, ${device.name}`}
                held={held}
                empty={
                  unjudged_workstations === 0 ? (
                    <EmptyState icon={<IconShieldCheck size={22} />} title={words.emptyTitle} text={words.emptyText} />
                  ) : (
                    <EmptyState icon={<IconShieldQuestion size={22} />} title={words.unknownTitle} text={words.unknownText} />
                  )
                }
              />
              {more > 0 && <p className={styles.more}>{words.more(more)}</p>}
            </>
          )}
        </Loaded>
      </Panel>
      <Panel title={words.howTitle}>
        <ul className={styles.sentences}>
          {words.how.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Panel>
    </Page>
  );
}

function UnjudgedPanel({ workstations, count }: { workstations: UnjudgedWorkstation[]; count: number }) {
  const words = useTexts().exposure;
  return (
    <Panel title={words.unjudgedTitle(count)} lead={words.unjudgedText}>
      <ul className={styles.sentences}>
        {workstations.map(({ device, tenant, until }) => (
          <li key={device.id}>
            {words.unjudged(device.name, tenant.name)} <Moment at={until} form="date" />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
