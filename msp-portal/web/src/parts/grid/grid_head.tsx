import { Checkbox, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { useTexts } from "../../texts/texts";
import styles from "./grid.module.css";

interface GridHeadProps {
  columns: readonly { id: string; title: string; acts?: boolean }[];
  sorted: { column: string; descending: boolean } | null;
  sortable: boolean;
  onSort: (column: string) => void;
  choice: { all: boolean; some: boolean; count: number } | undefined;
  onChoice: (on: boolean) => void;
}

export function GridHead({ columns, sorted, sortable, onSort, choice, onChoice }: GridHeadProps) {
  const texts = useTexts();
  return (
    <thead>
      <tr>
        {choice && (
          <td className={styles.pick} data-title={texts.bulk.chooseAll(choice.count)}>
            <Checkbox
              size="sm"
              aria-label={texts.bulk.chooseAll(choice.count)}
              checked={choice.all}
              indeterminate={choice.some && !choice.all}
              onChange={() => onChoice(!choice.all)}
            />
          </td>
        )}
        {columns.map(({ id, title, acts }) => {
          if (!sortable || acts) {
            return (
              <th key={id} scope="col" className={acts ? styles.acts : undefined}>
                {title}
              </th>
            );
          }
          const direction = sorted?.column === id ? (sorted.descending ? "descending" : "ascending") : undefined;
          return (
            <th key={id} scope="col" aria-sort={direction}>
              <UnstyledButton className={styles.sort} onClick={() => onSort(id)} aria-label={texts.grid.sortBy(title)}>
                {title}
                <SortMark direction={direction} />
              </UnstyledButton>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function SortMark({ direction }: { direction: "ascending" | "descending" | undefined }) {
  if (direction === undefined) return <IconArrowsSort size={13} className={styles.unsorted} />;
  return direction === "descending" ? <IconArrowDown size={13} /> : <IconArrowUp size={13} />;
}
