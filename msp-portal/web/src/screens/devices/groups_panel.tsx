import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, body } from "../../api/client";
import { deviceGroupsOfQuery, deviceGroupsQuery } from "../../api/queries";
import type { Device, Reference } from "../../api/types";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { useTexts } from "../../texts/texts";
import { MembersPanel } from "../members/members_panel";

/** The groups of a workstation, seen from the workstation. */
export function GroupsPanel({ device }: { device: Device }) {
  const words = useTexts().groups;
  const { id: device_id, name, tenant } = device;
  const { data: groups = [] } = useQuery(deviceGroupsQuery(tenant.id));
  const candidates = useMemo(() => groups.map(({ id, name: label }) => ({ value: id, label })), [groups]);
  const link = useCallback(
    ({ id, name: label }: Reference) => (
      <TextLink to="/device-groups/$id" params={{ id }}>
        {label}
      </TextLink>
    ),
    [],
  );
  const path = (device_group_id: string) => ({ params: { path: { device_group_id, device_id } } });
  return (
    <Loaded query={useQuery(deviceGroupsOfQuery(device_id))}>
      {(own) => (
        <MembersPanel
          words={{
            title: words.ofDevice,
            column: words.columns.name,
            empty: words.ofDeviceNone,
            choose: words.chooseGroup,
            removeTitle: (group) => words.removeMemberTitle(name, group),
            removeCascade: words.removeMemberCascade,
          }}
          members={own}
          candidates={candidates}
          link={link}
          add={(id) => body(api.PUT("/device-groups/{device_group_id}/members/{device_id}", path(id)))}
          remove={(id, headers) => api.DELETE("/device-groups/{device_group_id}/members/{device_id}", { ...path(id), headers })}
          touches={["device_groups", "rights", "devices"]}
        />
      )}
    </Loaded>
  );
}
