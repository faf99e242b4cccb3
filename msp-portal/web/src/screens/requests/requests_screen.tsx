import { Button, Group, SegmentedControl } from "@mantine/core";
import { IconGitPullRequest } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { changesQuery } from "../../api/queries";
import { EmptyState } from "../../parts/empty_state";
import { Loaded } from "../../parts/loaded";
import { Page, Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { ChangeRows } from "./change_rows";

export function RequestsScreen() {
  const texts = useTexts();
  const words = texts.requests;
  const [shown, setShown] = useState<"pending" | "all">("pending");
  const changes = useInfiniteQuery(changesQuery(shown === "pending" ? "pending" : undefined));
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <SegmentedControl
          aria-label={texts.grid.filters}
          data={[
            { value: "pending", label: words.filters.pending },
            { value: "all", label: words.filters.all },
          ]}
          value={shown}
          onChange={(value) => setShown(value === "all" ? "all" : "pending")}
        />
      }
    >
      <Panel flush>
        <Loaded query={changes}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            return items.length > 0 ? (
              <ChangeRows changes={items} />
            ) : (
              <EmptyState
                icon={<IconGitPullRequest size={22} />}
                title={words.emptyTitle}
                text={words.emptyText}
              />
            );
          }}
        </Loaded>
        {changes.hasNextPage && (
          <Group justify="center" p="md">
            <Button variant="default" loading={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
              {texts.common.more}
            </Button>
          </Group>
        )}
      </Panel>
    </Page>
  );
}
