import { List, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { devicesQuery, rightsQuery } from "../../api/queries";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";
import { useMinute } from "../../parts/clock";
import { enterableOffline, rightsOf } from "./offline_reach";

/** The workstations out of reach that somebody could still enter by code, and until when. */
export function StillOpenOffline({ technicianIds }: { technicianIds: readonly string[] }) {
  const texts = useTexts();
  const now = useMinute();
  const { data: devices = [] } = useQuery(devicesQuery());
  const { data: rights = [] } = useQuery(rightsQuery({}));
  const open = enterableOffline(devices, rightsOf(rights, technicianIds), now);
  if (open.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {texts.technicians.stillOpen}
      </Text>
      <List size="sm">
        {open.slice(0, 12).map(({ id, name, tenant, offline_until }) => (
          <List.Item key={id}>
            {name} · {tenant.name}, <Moment at={offline_until} form="date" />
          </List.Item>
        ))}
      </List>
      {open.length > 12 && <Text size="sm">{texts.dashboard.offlineMore(open.length - 12)}</Text>}
    </div>
  );
}
