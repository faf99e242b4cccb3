import { Button } from "@mantine/core";
import { useState } from "react";
import { useTexts } from "../../texts/texts";
import styles from "./bulk.module.css";
import type { BulkAction } from "./bulk_action";
import { BulkDialog } from "./bulk_dialog";

interface BulkBarProps<Row> {
  actions: readonly BulkAction<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  rowLabel: (row: Row) => string;
  onClear: () => void;
  /** After the dialog: its button is gone with the choice, so the focus needs another place. */
  onDone: () => void;
}

/** What can be done to the rows that are chosen. It stays while its dialog is open, whatever becomes of the rows. */
export function BulkBar<Row>({ actions, rows, rowId, rowLabel, onClear, onDone }: BulkBarProps<Row>) {
  const texts = useTexts();
  const [open, setOpen] = useState<{ action: BulkAction<Row>; rows: readonly Row[] } | null>(null);
  return (
    <>
      {rows.length > 0 && (
        <div className={styles.bar} role="region" aria-label={texts.bulk.region}>
          <span className={styles.selected} role="status">
            {texts.bulk.selected(rows.length)}
          </span>
          {actions.map((action) => (
            <Button
              key={action.id}
              size="compact-sm"
              variant="default"
              c={action.danger ? "var(--mantine-color-error)" : undefined}
              leftSection={action.icon}
              onClick={() => setOpen({ action, rows })}
            >
              {action.label}
            </Button>
          ))}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
            {texts.bulk.clear}
          </Button>
        </div>
      )}
      {open && (
        <BulkDialog
          action={open.action}
          rows={open.rows}
          rowId={rowId}
          rowLabel={rowLabel}
          onClose={() => {
            setOpen(null);
            onClear();
            onDone();
          }}
        />
      )}
    </>
  );
}
