import { useQuery } from "@tanstack/react-query";
import { devicesQuery } from "../../api/queries";
import { useMinute } from "../../parts/clock";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { useChosenCustomer } from "../../shell/customer_switcher";
import { useTexts } from "../../texts/texts";
import { outOfReach } from "../technicians/offline_reach";
import styles from "./dashboard.module.css";

const shown = 4;

/** The workstations that decide by themselves now, and until when. */
export function OfflineExposure() {
  const texts = useTexts();
  const words = texts.dashboard;
  const now = useMinute();
  const customer = useChosenCustomer();
  return (
    <Panel
      title={words.offline}
      actions={
        <TextLink to="/offline-exposure" size="sm">
          {words.offlineWho}
        </TextLink>
      }
    >
      <Loaded query={useQuery(devicesQuery(customer))}>
        {(devices) => {
          const exposed = outOfReach(devices, now);
          if (exposed.length === 0) return <p className={styles.quiet}>{words.offlineNone}</p>;
          return (
            <>
              <p className={styles.quiet}>{words.offlineLead}</p>
              <ul className={styles.exposed}>
                {exposed.slice(0, shown).map(({ id, name, tenant, offline_until }) => (
                  <li key={id}>
                    <TextLink to="/devices/$id" params={{ id }} fw={550}>
                      {name}
                    </TextLink>{" "}
                    · {tenant.name}, {words.offlineUntil} <Moment at={offline_until} form="date" />
                  </li>
                ))}
                {exposed.length > shown && <li>{words.offlineMore(exposed.length - shown)}</li>}
              </ul>
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
