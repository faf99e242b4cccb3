import { Select, TextInput } from "@mantine/core";
import { useTexts } from "../../texts/texts";
import styles from "./grid.module.css";

export interface GridFilter {
  id: string;
  title: string;
  kind: "text" | "choice";
  choices: readonly string[];
  value: string;
  set: (value: string) => void;
}

export function GridFilters({ filters }: { filters: readonly GridFilter[] }) {
  const texts = useTexts();
  return (
    <div className={styles.filters}>
      {filters.map((filter) =>
        filter.kind === "choice" ? (
          <Select
            key={filter.id}
            size="xs"
            label={filter.title}
            aria-label={texts.grid.filterColumn(filter.title)}
            placeholder={texts.grid.any}
            data={[...filter.choices]}
            value={filter.value === "" ? null : filter.value}
            onChange={(value) => filter.set(value ?? "")}
            clearable
            clearButtonProps={{ "aria-label": texts.grid.clear }}
          />
        ) : (
          <TextInput
            key={filter.id}
            size="xs"
            label={filter.title}
            aria-label={texts.grid.filterColumn(filter.title)}
            value={filter.value}
            onChange={(event) => filter.set(event.currentTarget.value)}
          />
        ),
      )}
    </div>
  );
}
