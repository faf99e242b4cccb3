import {
  columnFilteringFeature,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_equalsString,
  filterFn_includesString,
  globalFilteringFeature,
  rowSortingFeature,
  type SortFn,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo, useState } from "react";
import { EmptyState } from "../empty_state";
import { useTexts } from "../../texts/texts";
import { IconFilterOff } from "@tabler/icons-react";
import { type CsvValue, saveFile, writeCsv } from "./csv";
import styles from "./grid.module.css";
import { GridFilters, type GridFilter } from "./grid_filters";
import { GridHead } from "./grid_head";
import { GridTools } from "./grid_tools";

const features = tableFeatures({
  columnFilteringFeature,
  globalFilteringFeature,
  rowSortingFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
  filterFns: { includesString: filterFn_includesString, equalsString: filterFn_equalsString },
  sortFns: { basic: sortFn_basic },
});

type Features = typeof features;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function naturally<Row>(): SortFn<Features, Row & object> {
  return (left, right, column) => collator.compare(left.getValue<string>(column), right.getValue<string>(column));
}

export interface GridColumn<Row> {
  id: string;
  title: string;
  /** What is sorted, searched, filtered and exported. */
  value: (row: Row) => CsvValue;
  cell?: (row: Row) => ReactNode;
  filter?: "text" | "choice";
}

interface GridProps<Row> {
  /** Says what the rows are, for screen readers and as the name of the exported file. */
  name: string;
  rows: readonly Row[];
  /** Has to stay the same between renders. */
  columns: readonly GridColumn<Row>[];
  rowId: (row: Row) => string;
  empty: ReactNode;
  /** Sort, filter and export need rows to be worth their place. */
  tools?: "full" | "none";
  toolbar?: ReactNode;
}

export function Grid<Row extends object>({ name, rows, columns, rowId, empty, tools = "full", toolbar }: GridProps<Row>) {
  const texts = useTexts();
  const [filtersShown, setFiltersShown] = useState(false);
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.title,
        accessorFn: (row: Row) => column.value(row) ?? undefined,
        sortFn: isText(rows, column) ? naturally<Row>() : ("basic" as const),
        sortUndefined: "last" as const,
        filterFn: column.filter === "choice" ? ("equalsString" as const) : ("includesString" as const),
        enableColumnFilter: column.filter !== undefined,
        enableGlobalFilter: true,
      })),
    [columns, rows],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowId,
    globalFilterFn: "includesString",
    getColumnCanGlobalFilter: () => true,
  });
  if (rows.length === 0) return empty;

  const shown = table.getRowModel().rows.map((row) => row.original);
  const { columnFilters, globalFilter, sorting } = table.state;
  const filters: GridFilter[] = columns
    .filter((column) => column.filter !== undefined)
    .map((column) => ({
      id: column.id,
      title: column.title,
      kind: column.filter === "choice" ? "choice" : "text",
      choices: column.filter === "choice" ? choicesOf(rows, column) : [],
      value: String(columnFilters.find(({ id }) => id === column.id)?.value ?? ""),
      set: (value) => table.getColumn(column.id)?.setFilterValue(value === "" ? undefined : value),
    }));
  const exportCsv = () => {
    const lines = [columns.map((column) => column.title), ...shown.map((row) => columns.map((column) => column.value(row)))];
    saveFile(`${name}.csv`, "text/csv;charset=utf-8", writeCsv(lines));
  };

  return (
    <div className={styles.grid}>
      {tools === "full" && (
        <GridTools
          search={typeof globalFilter === "string" ? globalFilter : ""}
          onSearch={(text) => table.setGlobalFilter(text)}
          filtering={columnFilters.length}
          filtersShown={filtersShown}
          onFilters={() => setFiltersShown(!filtersShown)}
          onClear={() => {
            table.resetColumnFilters(true);
            table.setGlobalFilter("");
          }}
          onExport={exportCsv}
          counted={texts.grid.rows(shown.length, rows.length)}
          toolbar={toolbar}
        />
      )}
      {filtersShown && <GridFilters filters={filters} />}
      {shown.length === 0 ? (
        <EmptyState icon={<IconFilterOff size={22} />} title={texts.grid.nothingTitle} text={texts.grid.nothingText} />
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table} aria-label={name}>
            <GridHead
              columns={columns}
              sorting={sorting}
              sortable={tools === "full"}
              onSort={(id) => table.getColumn(id)?.toggleSorting()}
            />
            <tbody>
              {shown.map((row) => (
                <tr key={rowId(row)}>
                  {columns.map((column) => (
                    <td key={column.id} data-title={column.title}>
                      {column.cell ? column.cell(row) : (column.value(row) ?? "–")}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function isText<Row>(rows: readonly Row[], column: GridColumn<Row>): boolean {
  return rows.some((row) => typeof column.value(row) === "string");
}

function choicesOf<Row>(rows: readonly Row[], column: GridColumn<Row>): string[] {
  const values = rows.map(column.value).filter((value) => value !== null);
  return [...new Set(values.map(String))].sort(collator.compare);
}
