import { Button } from "@mantine/core";
import { IconArchive } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { removedDevicesQuery } from "../../api/queries";
import type { RemovedDevice } from "../../api/types";
import { StateBadge, type Tone } from "../../parts/badge";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { RemovalDrawer } from "./removal_drawer";
import { StatementButton } from "./statement_button";

type Word = "none" | "clean" | "remained" | "log_missing";

/** Of a statement the worst that it says. */
function wordOf({ statement }: RemovedDevice): Word {
  if (statement === null) return "none";
  if (statement.items.some(({ part, fate }) => fate === "remained" && part !== "program")) return "remained";
  return statement.missing_events === 0 ? "clean" : "log_missing";
}

const tones: Record<Word, Tone> = { none: "bad", clean: "good", remained: "bad", log_missing: "quiet" };

/** Workstations that are none of the team's any more, and what they said about that. */
export function RemovedScreen() {
  const texts = useTexts();
  const words = texts.removed;
  const [shown, setShown] = useState<RemovedDevice | null>(null);
  const columns = useMemo<GridColumn<RemovedDevice>[]>(
    () => [
      { id: "name", title: texts.devices.columns.name, value: ({ name }) => name, filter: "text" },
      {
        id: "customer",
        title: texts.devices.columns.customer,
        value: ({ tenant }) => tenant.name,
        choiceKey: ({ tenant }) => tenant.id,
        filter: "choice",
      },
      {
        id: "removed",
        title: words.at,
        value: ({ removed_at }) => removed_at,
        filter: "past",
        cell: ({ removed_at }) => <Moment at={removed_at} />,
      },
      {
        id: "seen",
        title: texts.devices.columns.lastSeen,
        value: ({ last_seen_at }) => last_seen_at,
        filter: "past",
        never: texts.common.never,
        cell: ({ last_seen_at }) => <Moment at={last_seen_at} />,
      },
      {
        id: "statement",
        title: words.statement,
        value: (device) => words.verdicts[wordOf(device)],
        choiceKey: wordOf,
        filter: "choice",
        cell: (device) => <StateBadge tone={tones[wordOf(device)]}>{words.verdicts[wordOf(device)]}</StateBadge>,
      },
      {
        id: "acts",
        title: words.look,
        value: () => null,
        acts: true,
        cell: (device) =>
          device.statement === null ? (
            <StatementButton deviceId={device.id} deviceName={device.name} size="compact-sm" />
          ) : (
            <ShowButton name={device.name} onClick={() => setShown(device)} />
          ),
      },
    ],
    [texts, words],
  );
  return (
    <Page title={words.title} lead={words.lead} trail={<TextLink to="/devices">{texts.devices.title}</TextLink>}>
      <Panel flush>
        <Loaded query={useQuery(removedDevicesQuery)}>
          {(devices) => (
            <Grid
              name={words.title}
              rows={devices}
              columns={columns}
              rowId={({ id }) => id}
              rowLabel={({ name }) => name}
              empty={<EmptyState icon={<IconArchive size={22} />} title={words.emptyTitle} text={words.emptyText} />}
            />
          )}
        </Loaded>
      </Panel>
      <RemovalDrawer device={shown} onClose={() => setShown(null)} />
    </Page>
  );
}

function ShowButton({ name, onClick }: { name: string; onClick: () => void }) {
  const words = useTexts().removed;
  return (
    <Button size="compact-sm" variant="subtle" onClick={onClick} aria-label={words.lookAt(name)}>
      {words.look}
    </Button>
  );
}
