import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { useTexts } from "../../texts/texts";
import styles from "./grid.module.css";

interface GridHeadProps {
  columns: readonly { id: string; title: string }[];
  sorting: readonly { id: string; desc: boolean }[];
  sortable: boolean;
  onSort: (id: string) => void;
}

export function GridHead({ columns, sorting, sortable, onSort }: GridHeadProps) {
  const texts = useTexts();
  return (
    <thead>
      <tr>
        {columns.map(({ id, title }) => {
          const sorted = sorting.find((sort) => sort.id === id);
          if (!sortable) {
            return (
              <th key={id} scope="col">
                {title}
              </th>
            );
          }
          return (
            <th key={id} scope="col" aria-sort={sorted ? (sorted.desc ? "descending" : "ascending") : undefined}>
              <UnstyledButton className={styles.sort} onClick={() => onSort(id)} aria-label={texts.grid.sortBy(title)}>
                {title}
                <SortMark desc={sorted?.desc} />
              </UnstyledButton>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function SortMark({ desc }: { desc: boolean | undefined }) {
  if (desc === undefined) return <IconArrowsSort size={13} className={styles.unsorted} />;
  return desc ? <IconArrowDown size={13} /> : <IconArrowUp size={13} />;
}
