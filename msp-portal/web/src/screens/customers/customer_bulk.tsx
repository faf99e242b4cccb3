import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useMemo } from "react";
import { api, body, nothing } from "../../api/client";
import type { Tenant } from "../../api/types";
import { type BulkAction, said } from "../../parts/bulk/bulk_action";
import { useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";

const sum = (tenants: readonly Tenant[], count: (tenant: Tenant) => number) =>
  tenants.reduce((all, tenant) => all + count(tenant), 0);

export function useCustomerBulk(): readonly BulkAction<Tenant>[] {
  const texts = useTexts();
  const say = useChangeSaying();
  return useMemo(() => {
    const words = texts.customers;
    const params = ({ id }: Tenant) => ({ params: { path: { tenant_id: id } } });
    return [
      {
        id: "suspend",
        label: words.suspend,
        icon: <IconPlayerPause size={16} />,
        danger: true,
        refuses: ({ suspended }) => (suspended ? words.alreadySuspended : null),
        title: words.suspendMany,
        cascade: (tenants) =>
          words.suspendManyCascade(
            sum(tenants, ({ devices }) => devices),
            sum(tenants, ({ devices, devices_connected }) => devices - devices_connected),
          ),
        typesCount: true,
        act: async (tenant) => {
          await nothing(api.POST("/tenants/{tenant_id}/suspend", params(tenant)));
          return said(words.suspended);
        },
        touches: ["tenants", "devices"],
      },
      {
        id: "resume",
        label: words.resume,
        icon: <IconPlayerPlay size={16} />,
        refuses: ({ suspended }) => (suspended ? null : words.notSuspended),
        title: words.resumeMany,
        cascade: () => words.resumeManyCascade,
        act: async (tenant) => said(say((await body(api.POST("/tenants/{tenant_id}/resume", params(tenant)))).change)),
        touches: ["tenants", "devices", "changes"],
      },
    ];
  }, [texts, say]);
}
