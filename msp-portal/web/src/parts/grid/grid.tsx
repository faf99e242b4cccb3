import { Button } from "@mantine/core";
import { IconFilterOff } from "@tabler/icons-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { useTexts } from "../../texts/texts";
import type { BulkAction } from "../bulk/bulk_action";
import { BulkBar } from "../bulk/bulk_bar";
import { useMinute } from "../clock";
import { EmptyState } from "../empty_state";
import { saveCsv } from "./csv";
import styles from "./grid.module.css";
import { GridFilters } from "./grid_filters";
import { GridHead } from "./grid_head";
import { GridRows } from "./grid_rows";
import { GridTools } from "./grid_tools";
import { applyView, type GridView, nextSort, sortOf, type ViewColumn } from "./grid_view";
import type { HeldView } from "./use_addressed_view";

export interface GridColumn<Row> extends ViewColumn<Row> {
  title: string;
  cell?: (row: Row) => ReactNode;
  /** What a time that never was or never comes is called in its filter. */
  never?: string;
  /** Holds what can be done to the row: nothing to sort, filter or export. */
  acts?: boolean;
}

interface GridProps<Row> {
  /** Says what the rows are, for screen readers and as the name of the exported file. */
  name: string;
  /** All there are: sort, filters, export and choice never cover less than they say. */
  rows: readonly Row[];
  /** Has to stay the same between renders. */
  columns: readonly GridColumn<Row>[];
  rowId: (row: Row) => string;
  rowLabel: (row: Row) => string;
  empty: ReactNode;
  /** Sort, filter and export need rows to be worth their place. */
  tools?: "full" | "none";
  /** Kept by the screen, for instance in the address; without it the grid keeps it. */
  held?: HeldView;
  toolbar?: ReactNode;
  bulk?: readonly BulkAction<Row>[];
}

/** Rows beyond these are drawn on request: they count for everything else. */
const drawnAtFirst = 100;

export function Grid<Row extends object>(props: GridProps<Row>) {
  const { name, rows, columns, rowId, rowLabel, empty, tools = "full", toolbar, bulk } = props;
  const texts = useTexts();
  const now = useMinute();
  const own = useState<GridView>({});
  const [view, setView] = props.held ?? own;
  const [filtersShown, setFiltersShown] = useState(false);
  const [drawn, setDrawn] = useState(drawnAtFirst);
  const root = useRef<HTMLDivElement>(null);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => applyView(rows, columns, view, now), [rows, columns, view, now]);
  if (rows.length === 0) return empty;

  const data = columns.filter(({ acts }) => !acts);
  // What is no longer shown is not chosen any more: nothing is done to a row that nobody sees.
  const chosen = shown.filter((row) => picked.has(rowId(row)));
  const pick = (ids: readonly string[], on: boolean) => {
    const next = new Set(picked);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    setPicked(next);
  };
  const sort = (column: string) => setView({ ...view, sort: nextSort(view, column) });
  const exportCsv = () =>
    saveCsv(name, [data.map(({ title }) => title), ...shown.map((row) => data.map(({ value }) => value(row)))]);

  return (
    <div className={styles.grid} ref={root} tabIndex={-1}>
      {tools === "full" && (
        <GridTools
          columns={data}
          view={view}
          now={now}
          onView={setView}
          filtersShown={filtersShown}
          onFilters={() => setFiltersShown(!filtersShown)}
          onExport={exportCsv}
          counted={texts.grid.rows(shown.length, rows.length)}
          toolbar={toolbar}
        />
      )}
      {filtersShown && <GridFilters columns={data} rows={rows} view={view} onView={setView} />}
      {bulk && (
        <BulkBar
          actions={bulk}
          rows={chosen}
          rowId={rowId}
          rowLabel={rowLabel}
          onClear={() => setPicked(new Set())}
          onDone={() => root.current?.focus()}
        />
      )}
      {shown.length === 0 ? (
        <EmptyState icon={<IconFilterOff size={22} />} title={texts.grid.nothingTitle} text={texts.grid.nothingText} />
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table} aria-label={name}>
            <GridHead
              columns={columns}
              sorted={sortOf(view)}
              sortable={tools === "full"}
              onSort={sort}
              choice={bulk && { all: chosen.length === shown.length, some: chosen.length > 0, count: shown.length }}
              onChoice={(on) => (on ? pick(shown.map(rowId), true) : setPicked(new Set()))}
            />
            <GridRows
              rows={shown.slice(0, drawn)}
              columns={columns}
              rowId={rowId}
              rowLabel={rowLabel}
              picked={bulk && picked}
              onPick={(id, on) => pick([id], on)}
            />
          </table>
        </div>
      )}
      {shown.length > drawn && (
        <div className={styles.further}>
          <span>{texts.grid.drawn(drawn, shown.length)}</span>
          <Button size="sm" variant="default" onClick={() => setDrawn(drawn + drawnAtFirst)}>
            {texts.common.more}
          </Button>
        </div>
      )}
    </div>
  );
}
