import { Select, TextInput } from "@mantine/core";
import { useTexts } from "../../texts/texts";
import type { GridColumn } from "./grid";
import styles from "./grid.module.css";
import { choicesOf, futureChoices, type GridView, pastChoices, readNumberTest, withFilter } from "./grid_view";

interface GridFiltersProps<Row> {
  columns: readonly GridColumn<Row>[];
  rows: readonly Row[];
  view: GridView;
  onView: (view: GridView) => void;
}

export function GridFilters<Row>({ columns, rows, view, onView }: GridFiltersProps<Row>) {
  const texts = useTexts();
  return (
    <div className={styles.filters}>
      {columns
        .filter(({ filter }) => filter !== undefined)
        .map((column) => (
          <ColumnFilter
            key={column.id}
            column={column}
            rows={rows}
            value={view.where?.[column.id] ?? ""}
            label={texts.grid.filterColumn(column.title)}
            onValue={(value) => onView(withFilter(view, column.id, value))}
          />
        ))}
    </div>
  );
}

interface ColumnFilterProps<Row> {
  column: GridColumn<Row>;
  rows: readonly Row[];
  value: string;
  label: string;
  onValue: (value: string) => void;
}

function ColumnFilter<Row>({ column, rows, value, label, onValue }: ColumnFilterProps<Row>) {
  const texts = useTexts();
  const words = texts.grid;
  if (column.filter === "text" || column.filter === "number") {
    const number = column.filter === "number";
    return (
      <TextInput
        size="xs"
        label={column.title}
        aria-label={label}
        placeholder={number ? words.numberHint : undefined}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
        error={number && value !== "" && readNumberTest(value) === null && words.numberWrong}
      />
    );
  }
  const times = (kinds: readonly (keyof typeof words.past | keyof typeof words.future)[], labels: Record<string, string>) =>
    kinds
      .filter((kind) => kind !== "never" || column.never !== undefined)
      .map((kind) => ({ value: kind, label: kind === "never" ? (column.never ?? "") : (labels[kind] ?? "") }));
  const data =
    column.filter === "past"
      ? times(pastChoices, words.past)
      : column.filter === "future"
        ? times(futureChoices, words.future)
        : choicesOf(rows, column);
  return (
    <Select
      size="xs"
      label={column.title}
      aria-label={label}
      placeholder={words.any}
      // A choice of a shared view that no row has now is still shown, so that it can be taken back.
      data={value === "" || data.some((choice) => choice.value === value) ? data : [...data, { value, label: value }]}
      value={value === "" ? null : value}
      onChange={(chosen) => onValue(chosen ?? "")}
      searchable={data.length > 7}
      clearable
      clearButtonProps={{ "aria-label": `${words.clear}: ${column.title}` }}
    />
  );
}
