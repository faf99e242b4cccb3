import { List, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { type RightFilter, rightPagesQuery } from "../../api/queries";
import type { Right } from "../../api/types";
import { Loaded } from "../../parts/loaded";
import { useTexts } from "../../texts/texts";
import styles from "./rights.module.css";
import { objectWords, subjectWords } from "./right_words";

interface RightsThatGoProps {
  filter: RightFilter;
  /** A filter brings what reaches something; this says what ends with it. */
  goes?: (right: Right) => boolean;
  /** How many end with it. */
  count: number;
}

/** More lines than that are counted: nobody reads them one by one. */
const shown = 200;

/** Each right that ends together with something, before that is done. */
export function RightsThatGo({ filter, goes = () => true, count }: RightsThatGoProps) {
  const texts = useTexts();
  const rights = useInfiniteQuery(rightPagesQuery(filter));
  const going = rights.data?.pages.flatMap((page) => page.items.filter(goes)) ?? [];
  const { hasNextPage, isFetching, fetchNextPage } = rights;
  const wanting = going.length < Math.min(count, shown) && hasNextPage && !isFetching;
  useEffect(() => {
    if (wanting) void fetchNextPage();
  }, [wanting, fetchNextPage]);
  return (
    <Loaded query={rights}>
      {() => {
        const all = Math.max(count, going.length);
        if (all === 0) return <Text size="sm">{texts.rights.goesNone}</Text>;
        const listed = going.slice(0, shown);
        return (
          <div>
            <Text fw={600} size="sm" mb={6}>
              {texts.rights.goes} ({all})
            </Text>
            <div className={styles.goes} tabIndex={0} role="group" aria-label={texts.rights.goes}>
              <List size="sm" spacing={4}>
                {listed.map((right) => (
                  <List.Item key={right.id}>
                    {subjectWords(texts, right)} · {objectWords(texts, right)} · {right.role.name}
                  </List.Item>
                ))}
                {all > listed.length && <List.Item>{texts.common.andMore(all - listed.length)}</List.Item>}
              </List>
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}
