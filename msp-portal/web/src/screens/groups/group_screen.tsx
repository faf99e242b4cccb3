import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { api, body, nothing, type Versioned } from "../../api/client";
import { deviceGroupQuery, devicesQuery } from "../../api/queries";
import type { DeviceGroup, Reference } from "../../api/types";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Columns, Page } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { MembersPanel } from "../members/members_panel";
import { PoliciesThatNameIt } from "../members/policies_that_name_it";
import { RenameAndDelete } from "../members/rename_and_delete";
import { RightsList } from "../rights/rights_list";
import { RightsThatGo } from "../rights/rights_that_go";

export function GroupScreen() {
  const { id } = useParams({ from: "/inside/device-groups/$id" });
  return <Loaded query={useQuery(deviceGroupQuery(id))}>{(group) => <GroupPage key={id} group={group} />}</Loaded>;
}

function GroupPage({ group }: { group: Versioned<DeviceGroup> }) {
  const texts = useTexts();
  const words = texts.groups;
  const { id, name, tenant, policies } = group.value;
  return (
    <Page
      title={name}
      trail={
        <>
          <TextLink to="/device-groups">{words.title}</TextLink> ·{" "}
          <TextLink to="/customers/$id" params={{ id: tenant.id }}>
            {tenant.name}
          </TextLink>
        </>
      }
      actions={<GroupActions group={group} />}
    >
      <Columns>
        <Members group={group.value} />
        <PoliciesThatNameIt title={words.policies} none={words.policiesNone} policies={policies} />
      </Columns>
      <RightsList
        title={words.rights}
        emptyText={words.rightsNone}
        filter={{ device_group_id: id }}
        grantFor={{ deviceGroupId: id }}
      />
    </Page>
  );
}

function Members({ group }: { group: DeviceGroup }) {
  const words = useTexts().groups;
  const { id: device_group_id, name, tenant, members, rights, policies } = group;
  const { data: devices = [] } = useQuery(devicesQuery(tenant.id));
  const candidates = useMemo(() => devices.map(({ id, name: label }) => ({ value: id, label })), [devices]);
  const link = useCallback(
    (member: Reference) => (
      <TextLink to="/devices/$id" params={{ id: member.id }}>
        {member.name}
      </TextLink>
    ),
    [],
  );
  const path = (device_id: string) => ({ params: { path: { device_group_id, device_id } } });
  return (
    <MembersPanel
      words={{
        title: words.members,
        lead: rights > 0 || policies.length > 0 ? words.widens : undefined,
        column: words.member,
        empty: words.noMembers,
        choose: words.chooseMember,
        removeTitle: (member) => words.removeMemberTitle(member, name),
        removeCascade: words.removeMemberCascade,
      }}
      members={members}
      candidates={candidates}
      link={link}
      add={(id) => body(api.PUT("/device-groups/{device_group_id}/members/{device_id}", path(id)))}
      remove={(id, headers) => api.DELETE("/device-groups/{device_group_id}/members/{device_id}", { ...path(id), headers })}
      touches={["device_groups", "rights", "devices"]}
    />
  );
}

function GroupActions({ group }: { group: Versioned<DeviceGroup> }) {
  const words = useTexts().groups;
  const client = useQueryClient();
  const navigate = useNavigate();
  const { id: device_group_id, name, tenant, member_count, rights, policies } = group.value;
  const path = { device_group_id };
  return (
    <RenameAndDelete
      thing={group}
      label={words.name}
      rename={(wanted, etag) =>
        nothing(
          api.PATCH("/device-groups/{device_group_id}", {
            params: { path, header: { "If-Match": etag } },
            body: { name: wanted },
          }),
        )
      }
      onReload={() => void client.invalidateQueries({ queryKey: ["device_groups"] })}
      touches={["device_groups", "rights", "policies"]}
      removeTitle={words.removeTitle(name)}
      cascade={words.removeCascade(member_count, rights, policies.map((policy) => policy.name))}
      goes={<RightsThatGo filter={{ device_group_id }} goes={({ object }) => object.id === device_group_id} count={rights} />}
      remove={(typed, headers) =>
        api.DELETE("/device-groups/{device_group_id}", { params: { path, query: { name: typed } }, headers })
      }
      removed={words.removed(name)}
      removalTouches={["rights", "policies", "devices", "changes"]}
      onRemoved={() => {
        client.removeQueries({ queryKey: ["device_groups", device_group_id] });
        void client.invalidateQueries({ queryKey: ["device_groups", "list"] });
        void navigate({ to: "/customers/$id", params: { id: tenant.id } });
      }}
    />
  );
}
