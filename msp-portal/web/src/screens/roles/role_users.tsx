import { Button, Group } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { rightPagesQuery } from "../../api/queries";
import type { Role } from "../../api/types";
import { EmptyState } from "../../parts/empty_state";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { ObjectLink, SubjectLink } from "../rights/right_links";
import styles from "./roles.module.css";

/** The rights with a role, page by page: a role of everybody's may have a hundred thousand. */
export function RoleUsers({ role }: { role: Role }) {
  const texts = useTexts();
  const words = texts.roles;
  const rights = useInfiniteQuery(rightPagesQuery({ role_id: role.id }));
  return (
    <Panel title={words.users} flush>
      <Loaded query={rights}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return <EmptyState icon={<IconKey size={22} />} title={words.usersNoneTitle} text={words.usersNone} />;
          }
          return (
            <ul className={styles.users}>
              {items.map((right) => (
                <li key={right.id}>
                  <span>
                    <SubjectLink right={right} />
                  </span>
                  <span>
                    <ObjectLink right={right} />
                  </span>
                  <span className={styles.used}>
                    {right.valid_until === null ? (
                      texts.common.forever
                    ) : (
                      <>
                        {texts.rights.until} <Moment at={right.valid_until} form="date" />
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
      {rights.hasNextPage && (
        <Group justify="center" p="md">
          <Button variant="default" loading={rights.isFetchingNextPage} onClick={() => void rights.fetchNextPage()}>
            {texts.common.more}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
