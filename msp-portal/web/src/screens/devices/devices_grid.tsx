import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { tenantsQuery } from "../../api/queries";
import type { Device } from "../../api/types";
import { StateBadge, type Tone } from "../../parts/badge";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { TextLink } from "../../parts/links";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";

export const deviceTones: Record<Device["state"], Tone> = { active: "good", suspended: "bad", quarantined: "wait" };

interface DevicesGridProps {
  devices: readonly Device[];
  withCustomer: boolean;
  empty: ReactNode;
}

export function DevicesGrid({ devices, withCustomer, empty }: DevicesGridProps) {
  const texts = useTexts();
  const { data: tenants } = useQuery(tenantsQuery);
  const columns = useMemo<GridColumn<Device>[]>(() => {
    const words = texts.devices;
    const titles = words.columns;
    const modes = new Map(tenants?.map(({ id, settings }) => [id, texts.settingsOfCustomer.modes[settings.account_mode]]));
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
        filter: "choice",
        cell: (device) => <StateBadge tone={device.connected ? "good" : "quiet"}>{connection(device)}</StateBadge>,
      },
      {
        id: "seen",
        title: titles.lastSeen,
        value: ({ last_seen_at }) => last_seen_at,
        cell: ({ last_seen_at }) => <Moment at={last_seen_at} />,
      },
      {
        id: "state",
        title: titles.state,
        value: ({ state }) => words.states[state],
        filter: "choice",
        cell: ({ state }) => <StateBadge tone={deviceTones[state]}>{words.states[state]}</StateBadge>,
      },
      { id: "version", title: titles.version, value: ({ agent_version }) => agent_version, filter: "choice" },
      { id: "mode", title: titles.mode, value: ({ tenant }) => modes.get(tenant.id) ?? null, filter: "choice" },
      {
        id: "horizon",
        title: titles.horizon,
        value: ({ offline_until }) => offline_until,
        cell: ({ offline_until }) => <Moment at={offline_until} never={words.horizonNone} />,
      },
      { id: "sessions", title: titles.sessions, value: ({ sessions }) => sessions },
    ];
    return withCustomer ? all : all.filter(({ id }) => id !== "customer" && id !== "mode");
  }, [texts, tenants, withCustomer]);
  return <Grid name={texts.devices.title} rows={devices} columns={columns} rowId={({ id }) => id} empty={empty} />;
}
