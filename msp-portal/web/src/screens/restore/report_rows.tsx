import type { RestoreReport } from "../../api/types";
import { StateBadge, type Tone } from "../../parts/badge";
import { TextLink } from "../../parts/links";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";
import styles from "../requests/requests.module.css";

const tones: Record<RestoreReport["roster"], Tone> = {
  none: "quiet",
  same: "good",
  older: "good",
  newer: "bad",
  other_life: "bad",
};

const weight = ({ roster, events_lacking }: RestoreReport) =>
  (roster === "newer" || roster === "other_life" ? 2 : 0) + (events_lacking > 0 ? 1 : 0);

/** Each workstation beside the backup; those that know more first. */
export function ReportRows({ reports }: { reports: readonly RestoreReport[] }) {
  return (
    <ul className={styles.rows}>
      {[...reports]
        .sort((left, right) => weight(right) - weight(left))
        .map((report) => (
          <ReportRow key={report.id} report={report} />
        ))}
    </ul>
  );
}

function ReportRow({ report }: { report: RestoreReport }) {
  const words = useTexts().restore;
  const { id, name, tenant, roster, reported_at } = report;
  return (
    <li className={styles.row}>
      <div>
        <TextLink to="/devices/$id" params={{ id }} fw={550}>
          {name}
        </TextLink>{" "}
        · {tenant.name}
        <div className={styles.by}>
          {reported_at === null ? (
            words.notBack
          ) : (
            <>
              {words.cameBack} <Moment at={reported_at} />
              {report.events_lacking > 0 && <>. {words.events(report.events_lacking)}</>}
            </>
          )}
        </div>
      </div>
      <StateBadge tone={reported_at === null ? "quiet" : tones[roster]}>
        {reported_at === null ? words.silent : words.rosters[roster](report.revisions_lacking)}
      </StateBadge>
    </li>
  );
}
