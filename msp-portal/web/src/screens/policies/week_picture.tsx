import { useLanguage } from "../../texts/texts";
import { day, dayNames, type TimeWindow } from "./week";
import styles from "./week.module.css";

const row = 14;
const bar = 8;

/** The open hours as bars, a line a day: repeats for the eye what stands beside it in words. */
export function WeekPicture({ windows }: { windows: readonly TimeWindow[] }) {
  const { locale } = useLanguage();
  const names = dayNames(locale, "short");
  const hours = [0, 6, 12, 18, 24];
  return (
    <svg className={styles.picture} viewBox={`0 0 272 ${7 * row + 12}`} aria-hidden="true">
      {names.map((name, of) => (
        <g key={name} transform={`translate(0 ${of * row})`}>
          <text x="0" y="9">
            {name}
          </text>
          <rect className={styles.closed} x="30" y="2" width="240" height={bar} rx="2" />
          {windows
            .map(({ from_minute, to_minute }) => [Math.max(from_minute - of * day, 0), Math.min(to_minute - of * day, day)] as const)
            .filter(([from, to]) => from < to)
            .map(([from, to]) => (
              <rect key={from} className={styles.open} x={30 + from / 6} y="2" width={(to - from) / 6} height={bar} rx="2" />
            ))}
        </g>
      ))}
      {hours.map((hour) => (
        <text key={hour} x={30 + hour * 10} y={7 * row + 8} textAnchor={hour === 24 ? "end" : hour === 0 ? "start" : "middle"}>
          {hour}
        </text>
      ))}
    </svg>
  );
}
