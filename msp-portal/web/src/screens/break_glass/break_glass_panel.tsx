import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconKey, IconLifebuoy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { breakGlassQuery } from "../../api/queries";
import type { BreakGlass, Device } from "../../api/types";
import { StateBadge, type Tone } from "../../parts/badge";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { HalfDialog } from "./half_dialog";
import { OrderDialog } from "./order_dialog";

const tones: Record<BreakGlass["state"], Tone> = { ordered: "wait", ready: "good", used: "bad", replaced: "quiet" };

/** The way into a workstation when portal, network and phones are gone: who holds its halves, and one's own. */
export function BreakGlassPanel({ device }: { device: Device }) {
  const words = useTexts().breakGlass;
  const state = useQuery(breakGlassQuery(device.id));
  const [ordering, setOrdering] = useState(false);
  const code = state.data?.break_glass ?? null;
  return (
    <Panel
      title={words.title}
      lead={words.lead}
      actions={
        device.state === "active" && (
          <Button size="compact-sm" variant="light" leftSection={<IconLifebuoy size={15} />} onClick={() => setOrdering(true)}>
            {code === null ? words.make : words.makeAnew}
          </Button>
        )
      }
    >
      <Loaded query={state}>
        {() => (code === null ? <Text size="sm">{words.none}</Text> : <Code device={device} code={code} />)}
      </Loaded>
      <OrderDialog device={device} replaces={code?.state === "ready"} opened={ordering} onClose={() => setOrdering(false)} />
    </Panel>
  );
}

function Code({ device, code }: { device: Device; code: BreakGlass }) {
  const words = useTexts().breakGlass;
  const [opening, setOpening] = useState(false);
  const lost = code.state === "ready" && code.custodians.some(({ works }) => !works);
  return (
    <>
      <Group gap="xs" mb="xs">
        <StateBadge tone={tones[code.state]}>{words.states[code.state]}</StateBadge>
        <Text size="sm">
          {code.custodians.map(({ technician }) => technician.name).join(", ")}
          {" · "}
          <Moment at={code.used_at ?? code.made_at ?? code.ordered_at} />
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        {words.meanings[code.state]}
      </Text>
      {lost && (
        <Alert mt="sm" color="orange" variant="light" icon={<IconAlertTriangle size={18} />}>
          {words.lost}
        </Alert>
      )}
      {code.own_half !== null && (
        <>
          <Button mt="sm" size="sm" leftSection={<IconKey size={16} />} onClick={() => setOpening(true)}>
            {words.open}
          </Button>
          <HalfDialog device={device} half={code.own_half} opened={opening} onClose={() => setOpening(false)} />
        </>
      )}
    </>
  );
}
