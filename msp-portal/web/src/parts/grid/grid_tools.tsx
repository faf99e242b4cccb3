import { Button, Kbd, Select, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconDownload, IconFilter, IconSearch } from "@tabler/icons-react";
import { type ReactNode, useRef } from "react";
import { useTexts } from "../../texts/texts";
import type { GridColumn } from "./grid";
import styles from "./grid.module.css";
import { filtersInForce, type GridView } from "./grid_view";

interface GridToolsProps<Row> {
  columns: readonly GridColumn<Row>[];
  view: GridView;
  now: number;
  onView: (view: GridView) => void;
  filtersShown: boolean;
  onFilters: () => void;
  onExport: () => void;
  counted: string;
  toolbar?: ReactNode;
}

const apple = /mac|iphone|ipad/i.test(navigator.userAgent);

export function GridTools<Row>({ columns, view, now, onView, ...props }: GridToolsProps<Row>) {
  const texts = useTexts();
  const search = useRef<HTMLInputElement>(null);
  // With a modifier, as WCAG 2.1.4 asks: a single letter would fire while somebody dictates.
  useHotkeys([["mod+K", () => search.current?.select()]], []);
  const filtering = filtersInForce(columns, view, now);
  return (
    <div className={styles.tools}>
      <TextInput
        ref={search}
        className={styles.search}
        size="sm"
        type="search"
        aria-label={texts.common.search}
        aria-keyshortcuts={apple ? "Meta+K" : "Control+K"}
        placeholder={texts.common.search}
        leftSection={<IconSearch size={16} />}
        rightSection={<Kbd size="xs" className={styles.shortcut}>{apple ? "⌘K" : "Ctrl K"}</Kbd>}
        rightSectionWidth="4rem"
        rightSectionPointerEvents="none"
        value={view.q ?? ""}
        onChange={(event) => onView({ ...view, q: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Escape" && view.q) {
            event.preventDefault();
            onView({ ...view, q: undefined });
          }
        }}
      />
      <Select
        className={styles.narrowSort}
        size="sm"
        aria-label={texts.grid.order}
        placeholder={texts.grid.order}
        data={columns.flatMap(({ id, title }) => [
          { value: id, label: `${title} ↑` },
          { value: `-${id}`, label: `${title} ↓` },
        ])}
        value={view.sort ?? null}
        onChange={(sort) => onView({ ...view, sort: sort ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": texts.grid.unordered }}
      />
      {props.toolbar}
      <Button
        size="sm"
        variant="default"
        leftSection={<IconFilter size={16} />}
        aria-expanded={props.filtersShown}
        onClick={props.onFilters}
      >
        {filtering > 0 ? `${texts.grid.filters} (${filtering})` : texts.grid.filters}
      </Button>
      {(view.where !== undefined || (view.q ?? "") !== "") && (
        <Button size="sm" variant="subtle" color="gray" onClick={() => onView({ sort: view.sort })}>
          {texts.grid.clear}
        </Button>
      )}
      <span className={styles.counted} role="status">
        {props.counted}
      </span>
      <Button size="sm" variant="subtle" leftSection={<IconDownload size={16} />} onClick={props.onExport}>
        {texts.grid.csv}
      </Button>
    </div>
  );
}
