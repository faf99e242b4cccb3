import { IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useMemo } from "react";
import { api, body, nothing } from "../../api/client";
import type { Device } from "../../api/types";
import { type BulkAction, said } from "../../parts/bulk/bulk_action";
import { useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";

const openSessions = (devices: readonly Device[]) => devices.reduce((sum, { sessions }) => sum + (sessions ?? 0), 0);
const away = (devices: readonly Device[]) => devices.filter(({ connected }) => !connected).length;

export function useDeviceBulk(): readonly BulkAction<Device>[] {
  const texts = useTexts();
  const say = useChangeSaying();
  return useMemo(() => {
    const words = texts.devices;
    const params = ({ id }: Device) => ({ params: { path: { device_id: id } } });
    return [
      {
        id: "suspend",
        label: words.suspend,
        icon: <IconPlayerPause size={16} />,
        danger: true,
        refuses: ({ state }) => (state === "suspended" ? words.alreadySuspended : state === "quarantined" ? words.quarantine.already : null),
        title: words.suspendMany,
        cascade: (devices) => words.suspendManyCascade(devices.length, away(devices), openSessions(devices)),
        act: async (device) => {
          await nothing(api.POST("/devices/{device_id}/suspend", params(device)));
          return said(words.states.suspended);
        },
        touches: ["devices"],
      },
      {
        id: "resume",
        label: words.resume,
        icon: <IconPlayerPlay size={16} />,
        refuses: ({ state }) => (state === "suspended" ? null : words.notSuspended),
        title: words.resumeMany,
        cascade: () => words.resumeManyCascade,
        act: async (device) => said(say((await body(api.POST("/devices/{device_id}/resume", params(device)))).change)),
        touches: ["devices", "changes"],
      },
      {
        id: "remove",
        label: words.remove,
        icon: <IconTrash size={16} />,
        danger: true,
        refuses: () => null,
        title: words.removeMany,
        cascade: (devices) => words.removeManyCascade(devices.length, away(devices), openSessions(devices)),
        typesCount: true,
        act: async (device) => {
          await nothing(api.DELETE("/devices/{device_id}", params(device)));
          return said(words.removedShort);
        },
        touches: ["devices", "tenants", "rights"],
      },
    ];
  }, [texts, say]);
}
