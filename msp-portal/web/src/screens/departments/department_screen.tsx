import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { api, body, nothing, type Versioned } from "../../api/client";
import { departmentQuery, techniciansQuery } from "../../api/queries";
import type { Department, Reference } from "../../api/types";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Columns, Page } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { MembersPanel } from "../members/members_panel";
import { PoliciesThatNameIt } from "../members/policies_that_name_it";
import { RenameAndDelete } from "../members/rename_and_delete";
import { RightsThatGo } from "../rights/rights_that_go";
import { SubjectRights } from "../rights/subject_rights";

export function DepartmentScreen() {
  const { id } = useParams({ from: "/inside/departments/$id" });
  return (
    <Loaded query={useQuery(departmentQuery(id))}>
      {(department) => <DepartmentPage key={id} department={department} />}
    </Loaded>
  );
}

function DepartmentPage({ department }: { department: Versioned<Department> }) {
  const words = useTexts().departments;
  const { id, name, policies } = department.value;
  const filter = useMemo(() => ({ department_id: id }), [id]);
  return (
    <Page
      title={name}
      trail={<TextLink to="/departments">{words.title}</TextLink>}
      actions={<DepartmentActions department={department} />}
    >
      <Columns>
        <Members department={department.value} />
        <PoliciesThatNameIt title={words.policies} none={words.policiesNone} policies={policies} />
      </Columns>
      <SubjectRights filter={filter} grantFor={{ departmentId: id }} without="who" />
    </Page>
  );
}

function Members({ department }: { department: Department }) {
  const words = useTexts().departments;
  const { id: department_id, name, members, rights, policies } = department;
  const { data: technicians = [] } = useQuery(techniciansQuery);
  const candidates = useMemo(
    () => technicians.map(({ id, name: label, account }) => ({ value: id, label: `${label} (${account})` })),
    [technicians],
  );
  const link = useCallback(
    (member: Reference) => (
      <TextLink to="/technicians/$id" params={{ id: member.id }}>
        {member.name}
      </TextLink>
    ),
    [],
  );
  const path = (technician_id: string) => ({ params: { path: { department_id, technician_id } } });
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
      add={(id) => body(api.PUT("/departments/{department_id}/members/{technician_id}", path(id)))}
      remove={(id, headers) => api.DELETE("/departments/{department_id}/members/{technician_id}", { ...path(id), headers })}
      touches={["departments", "rights", "technicians"]}
    />
  );
}

function DepartmentActions({ department }: { department: Versioned<Department> }) {
  const words = useTexts().departments;
  const client = useQueryClient();
  const navigate = useNavigate();
  const { id: department_id, name, member_count, rights, policies } = department.value;
  const path = { department_id };
  return (
    <RenameAndDelete
      thing={department}
      label={words.name}
      rename={(wanted, etag) =>
        nothing(
          api.PATCH("/departments/{department_id}", { params: { path, header: { "If-Match": etag } }, body: { name: wanted } }),
        )
      }
      onReload={() => void client.invalidateQueries({ queryKey: ["departments"] })}
      touches={["departments", "rights", "policies"]}
      removeTitle={words.removeTitle(name)}
      cascade={words.removeCascade(member_count, rights, policies.map((policy) => policy.name))}
      goes={<RightsThatGo filter={{ department_id }} goes={({ subject }) => subject.id === department_id} count={rights} />}
      remove={(typed, headers) => api.DELETE("/departments/{department_id}", { params: { path, query: { name: typed } }, headers })}
      removed={words.removed(name)}
      removalTouches={["rights", "policies", "technicians", "changes"]}
      onRemoved={() => {
        client.removeQueries({ queryKey: ["departments", department_id] });
        void client.invalidateQueries({ queryKey: ["departments", "list"] });
        void navigate({ to: "/departments" });
      }}
    />
  );
}
