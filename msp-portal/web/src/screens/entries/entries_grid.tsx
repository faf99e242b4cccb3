import { Button } from "@mantine/core";
import { IconDoorOff } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { Entry } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { TextLink } from "../../parts/links";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";
import { EntryDrawer } from "./entry_drawer";
import { answerTones, OfflineWords } from "./entry_words";

interface EntriesGridProps {
  name: string;
  entries: readonly Entry[];
  /** What the rows differ in. */
  of: "technician" | "device";
  empty: string;
}

export function EntriesGrid({ name, entries, of, empty }: EntriesGridProps) {
  const texts = useTexts();
  const [shown, setShown] = useState<Entry | null>(null);
  const columns = useMemo<GridColumn<Entry>[]>(() => {
    const words = texts.entries;
    return [
      {
        id: "name",
        title: words.columns[of],
        value: (entry) => entry[of].name,
        filter: "text",
        cell: (entry) => (
          <TextLink to={of === "technician" ? "/technicians/$id" : "/devices/$id"} params={{ id: entry[of].id }}>
            {entry[of].name}
          </TextLink>
        ),
      },
      {
        id: "answer",
        title: words.columns.answer,
        value: ({ answer }) => words.answers[answer],
        choiceKey: ({ answer }) => answer,
        filter: "choice",
        cell: ({ answer }) => <StateBadge tone={answerTones[answer]}>{words.answers[answer]}</StateBadge>,
      },
      {
        id: "missing",
        title: words.missingLabel,
        value: ({ missing }) => missing && words.missing[missing],
        choiceKey: ({ missing }) => missing ?? "",
        filter: "choice",
      },
      {
        id: "offline",
        title: words.columns.offline,
        value: ({ answer, offline }) => (answer === "refused" ? null : offline.until),
        filter: "future",
        cell: (entry) => <OfflineWords entry={entry} />,
      },
      {
        id: "ends",
        title: words.columns.ends,
        value: ({ ends_at }) => ends_at,
        filter: "future",
        never: texts.common.forever,
        cell: ({ answer, ends_at }) => (answer === "refused" ? "–" : <Moment at={ends_at} never={texts.common.forever} form="date" />),
      },
      {
        id: "why",
        acts: true,
        title: words.columns.why,
        value: () => null,
        cell: (entry) => (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => setShown(entry)}
            aria-label={words.explain(entry.technician.name, entry.device.name)}
          >
            {words.columns.why}
          </Button>
        ),
      },
    ];
  }, [texts, of]);
  return (
    <>
      <Grid
        name={name}
        rows={entries}
        columns={columns}
        rowId={(entry) => entry[of].id}
        rowLabel={(entry) => entry[of].name}
        tools={entries.length > 8 ? "full" : "none"}
        empty={<EmptyState icon={<IconDoorOff size={22} />} title={texts.entries.answers.refused} text={empty} />}
      />
      <EntryDrawer entry={shown} onClose={() => setShown(null)} />
    </>
  );
}
