import { List, Skeleton, Text } from "@mantine/core";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Effect } from "../../api/types";
import { useTexts } from "../../texts/texts";

/** More lines than that are counted: nobody reads them one by one. */
const shown = 50;

/** Who would gain and who would lose which workstations by something that is not done yet. */
export function EffectLines({ query }: { query: UseQueryResult<Effect> }) {
  const words = useTexts().effect;
  if (query.isPending) return <Skeleton height={20} aria-label={words.looking} />;
  // What refuses the look ahead refuses the act, and says why there.
  if (query.isError) return null;
  const { gains, losses } = query.data;
  if (gains.length === 0 && losses.length === 0) return <Text size="sm">{words.none}</Text>;
  return (
    <div>
      <Shifts title={words.loses(losses.length)} shifts={losses} />
      <Shifts title={words.gains(gains.length)} shifts={gains} />
    </div>
  );
}

interface PreviewProps {
  /** What it is about, so that another one is asked anew. */
  about: readonly string[];
  ask: () => Promise<Effect>;
}

/** The same of an act that is about to be confirmed. */
export function EffectPreview({ about, ask }: PreviewProps) {
  return <EffectLines query={useQuery({ queryKey: ["entries", "preview", ...about], queryFn: ask, gcTime: 0, retry: false })} />;
}

function Shifts({ title, shifts }: { title: string; shifts: Effect["gains"] }) {
  const texts = useTexts();
  if (shifts.length === 0) return null;
  return (
    <section aria-label={title}>
      <Text fw={600} size="sm">
        {title}
      </Text>
      <List size="sm">
        {shifts.slice(0, shown).map(({ technician, device_count, devices }) => (
          <List.Item key={technician.id}>
            {texts.effect.shift(technician.name, devices.map(({ name }) => name).join(", "), device_count - devices.length)}
          </List.Item>
        ))}
        {shifts.length > shown && <List.Item>{texts.common.andMore(shifts.length - shown)}</List.Item>}
      </List>
    </section>
  );
}
