import { IconMailForward, IconMailOff, IconUserCheck, IconUserOff } from "@tabler/icons-react";
import { useMemo } from "react";
import { api, body, nothing } from "../../api/client";
import type { Technician } from "../../api/types";
import { type BulkAction, said } from "../../parts/bulk/bulk_action";
import { useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { StillOpenOffline } from "./still_open_offline";

export function useTechnicianBulk(): readonly BulkAction<Technician>[] {
  const texts = useTexts();
  const say = useChangeSaying();
  return useMemo(() => {
    const words = texts.technicians;
    const params = ({ id }: Technician) => ({ path: { technician_id: id } });
    const onlyInvited = ({ owner, state }: Technician) =>
      owner ? words.ownerNote : state === "invitation" ? null : words.notInvited;
    return [
      {
        id: "disable",
        label: words.disable,
        icon: <IconUserOff size={16} />,
        danger: true,
        refuses: ({ owner, state, status }) => {
          if (owner) return words.ownerNote;
          if (state === "invitation") return words.stillInvited;
          return status === "disabled" ? words.alreadyDisabled : null;
        },
        title: words.disableMany,
        cascade: () => words.disableCascade,
        extra: (technicians) => <StillOpenOffline technicianIds={technicians.map(({ id }) => id)} />,
        asksReason: true,
        act: async (technician, reason) => {
          await nothing(api.POST("/technicians/{technician_id}/disable", { params: params(technician), body: { reason } }));
          return said(words.statuses.disabled);
        },
        touches: ["technicians", "rights", "devices"],
      },
      {
        id: "enable",
        label: words.enable,
        icon: <IconUserCheck size={16} />,
        refuses: ({ status }) => (status === "disabled" ? null : words.notDisabled),
        title: words.enableMany,
        cascade: () => words.enableManyCascade,
        act: async (technician) =>
          said(say((await body(api.POST("/technicians/{technician_id}/enable", { params: params(technician) }))).change)),
        touches: ["technicians", "changes"],
      },
      {
        id: "resend",
        label: words.resend,
        icon: <IconMailForward size={16} />,
        refuses: onlyInvited,
        title: words.resendMany,
        cascade: () => words.resendManyCascade,
        act: async (technician) => {
          const result = await body(
            api.POST("/technicians/{technician_id}/resend-invitation", { params: params(technician) }),
          );
          const { email } = result.technician;
          return { says: result.mailed && email ? words.mailedShort(email) : words.notMailedShort, copy: result.link };
        },
        touches: ["technicians"],
      },
      {
        id: "withdraw",
        label: words.withdraw,
        icon: <IconMailOff size={16} />,
        danger: true,
        refuses: onlyInvited,
        title: words.withdrawMany,
        cascade: () => words.withdrawManyCascade,
        act: async (technician) => {
          await nothing(api.POST("/technicians/{technician_id}/withdraw-invitation", { params: params(technician) }));
          return said(words.withdrawn);
        },
        touches: ["technicians", "rights"],
      },
    ];
  }, [texts, say]);
}
