import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { tenantsQuery } from "../../api/queries";
import type { Device } from "../../api/types";
import { StateBadge, type Tone } from "../../parts/badge";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import type { HeldView } from "../../parts/grid/use_addressed_view";
import { TextLink } from "../../parts/links";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";
import { ClockDrift } from "./clock_drift";
import { useDeviceBulk } from "./device_bulk";

export const deviceTones: Record<Device["state"], Tone> = { active: "good", suspended: "bad", quarantined: "bad" };

interface DevicesGridProps {
  devices: readonly Device[];
  withCustomer: boolean;
  held?: HeldView;
  toolbar?: ReactNode;
  empty: ReactNode;
}

export function DevicesGrid({ devices, withCustomer, held, toolbar, empty }: DevicesGridProps) {
  const texts = useTexts();
  const { data: tenants } = useQuery(tenantsQuery);
  const columns = useMemo<GridColumn<Device>[]>(() => {
    const words = texts.devices;
    const titles = words.columns;
    const modes = new Map(tenants?.map(({ id, settings }) => [id, settings.account_mode]));
    const modeWords = (tenantId: string) => {
      const mode = modes.get(tenantId);
      return mode === undefined ? null : texts.settingsOfCustomer.modes[mode];
    };
    const connection = ({ connected }: Device) => (connected ? words.connected : words.away);
    const all: GridColumn<Device>[] = [
      {
        id: "name",
        title: titles.name,
        value: ({ name }) => name,
        filter: "text",
        cell: ({ id, name }) => (
          <TextLink to="/devices/$id" params={{ id }}>
            {name}
          </TextLink>
        ),
      },
      {
        id: "customer",
        title: titles.customer,
        value: ({ tenant }) => tenant.name,
        choiceKey: ({ tenant }) => tenant.id,
        filter: "choice",
        cell: ({ tenant }) => (
          <TextLink to="/customers/$id" params={{ id: tenant.id }} c="inherit">
            {tenant.name}
          </TextLink>
        ),
      },
      {
        id: "connection",
        title: titles.connection,
        value: connection,
        choiceKey: ({ connected }) => (connected ? "connected" : "away"),
        filter: "choice",
        cell: (device) => <StateBadge tone={device.connected ? "good" : "quiet"}>{connection(device)}</StateBadge>,
      },
      {
        id: "seen",
        title: titles.lastSeen,
        value: ({ last_seen_at }) => last_seen_at,
        filter: "past",
        never: texts.common.never,
        cell: ({ last_seen_at }) => <Moment at={last_seen_at} />,
      },
      {
        id: "state",
        title: titles.state,
        value: ({ state }) => words.states[state],
        choiceKey: ({ state }) => state,
        filter: "choice",
        cell: ({ state }) => <StateBadge tone={deviceTones[state]}>{words.states[state]}</StateBadge>,
      },
      { id: "version", title: titles.version, value: ({ agent_version }) => agent_version, filter: "choice" },
      {
        id: "mode",
        title: titles.mode,
        value: ({ tenant }) => modeWords(tenant.id),
        choiceKey: ({ tenant }) => modes.get(tenant.id) ?? "",
        filter: "choice",
      },
      {
        id: "horizon",
        title: titles.horizon,
        value: ({ offline_until }) => offline_until,
        filter: "future",
        never: words.horizonNone,
        cell: ({ offline_until }) => <Moment at={offline_until} never={words.horizonNone} />,
      },
      {
        id: "clock",
        title: titles.clock,
        value: ({ clock_drift_ms }) => (clock_drift_ms === null ? null : Math.round(clock_drift_ms / 1000)),
        filter: "number",
        cell: ({ clock_drift_ms, clock_trusted }) => <ClockDrift milliseconds={clock_drift_ms} trusted={clock_trusted} />,
      },
      { id: "sessions", title: titles.sessions, value: ({ sessions }) => sessions, filter: "number" },
    ];
    return withCustomer ? all : all.filter(({ id }) => id !== "customer");
  }, [texts, tenants, withCustomer]);
  return (
    <Grid
      name={texts.devices.title}
      rows={devices}
      columns={columns}
      rowId={({ id }) => id}
      rowLabel={({ name }) => name}
      held={held}
      toolbar={toolbar}
      bulk={useDeviceBulk()}
      empty={empty}
    />
  );
}
