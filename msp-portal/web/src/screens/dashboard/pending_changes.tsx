import { useInfiniteQuery } from "@tanstack/react-query";
import { changesQuery } from "../../api/queries";
import { Loaded } from "../../parts/loaded";
import { Panel } from "../../parts/page";
import { TextLink } from "../../parts/links";
import { useTexts } from "../../texts/texts";
import { ChangeRows } from "../requests/change_rows";
import styles from "./dashboard.module.css";

export function PendingChanges() {
  const texts = useTexts();
  const changes = useInfiniteQuery(changesQuery("pending"));
  const items = changes.data?.pages[0]?.items ?? [];
  return (
    <Panel
      title={texts.dashboard.waiting}
      flush={items.length > 0}
      actions={
        <TextLink to="/changes" size="sm">
          {texts.requests.open}
        </TextLink>
      }
    >
      <Loaded query={changes}>
        {() =>
          items.length > 0 ? (
            <ChangeRows changes={items.slice(0, 4)} />
          ) : (
            <p className={styles.quiet}>{texts.dashboard.waitingNone}</p>
          )
        }
      </Loaded>
    </Panel>
  );
}
