import { Button, TextInput } from "@mantine/core";
import { IconDownload, IconFilter, IconSearch } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTexts } from "../../texts/texts";
import styles from "./grid.module.css";

interface GridToolsProps {
  search: string;
  onSearch: (text: string) => void;
  filtering: number;
  filtersShown: boolean;
  onFilters: () => void;
  onClear: () => void;
  onExport: () => void;
  counted: string;
  toolbar?: ReactNode;
}

export function GridTools(props: GridToolsProps) {
  const texts = useTexts();
  return (
    <div className={styles.tools}>
      <TextInput
        className={styles.search}
        size="sm"
        type="search"
        aria-label={texts.common.search}
        placeholder={texts.common.search}
        leftSection={<IconSearch size={16} />}
        value={props.search}
        onChange={(event) => props.onSearch(event.currentTarget.value)}
      />
      {props.toolbar}
      <Button
        size="sm"
        variant="default"
        leftSection={<IconFilter size={16} />}
        aria-expanded={props.filtersShown}
        onClick={props.onFilters}
      >
        {props.filtering > 0 ? `${texts.grid.filters} (${props.filtering})` : texts.grid.filters}
      </Button>
      {(props.filtering > 0 || props.search !== "") && (
        <Button size="sm" variant="subtle" color="gray" onClick={props.onClear}>
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
