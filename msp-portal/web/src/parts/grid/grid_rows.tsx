import { Checkbox } from "@mantine/core";
import { useTexts } from "../../texts/texts";
import type { GridColumn } from "./grid";
import styles from "./grid.module.css";

interface GridRowsProps<Row> {
  rows: readonly Row[];
  columns: readonly GridColumn<Row>[];
  rowId: (row: Row) => string;
  rowLabel: (row: Row) => string;
  picked: ReadonlySet<string> | undefined;
  onPick: (id: string, on: boolean) => void;
}

export function GridRows<Row>({ rows, columns, rowId, rowLabel, picked, onPick }: GridRowsProps<Row>) {
  const texts = useTexts();
  return (
    <tbody>
      {rows.map((row) => {
        const id = rowId(row);
        return (
          <tr key={id} data-picked={picked?.has(id) || undefined}>
            {picked && (
              <td className={styles.pick}>
                <Checkbox
                  size="sm"
                  aria-label={texts.bulk.choose(rowLabel(row))}
                  checked={picked.has(id)}
                  onChange={(event) => onPick(id, event.currentTarget.checked)}
                />
              </td>
            )}
            {columns.map((column, index) => (
              <td key={column.id} data-title={column.title} className={index === 0 ? styles.first : column.acts ? styles.acts : undefined}>
                {column.cell ? column.cell(row) : (column.value(row) ?? "–")}
              </td>
            ))}
          </tr>
        );
      })}
    </tbody>
  );
}
