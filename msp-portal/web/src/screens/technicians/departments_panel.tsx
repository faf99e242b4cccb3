import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, body } from "../../api/client";
import { departmentsOfQuery, departmentsQuery } from "../../api/queries";
import type { Reference, Technician } from "../../api/types";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { useTexts } from "../../texts/texts";
import { MembersPanel } from "../members/members_panel";

/** The departments of a technician, seen from the technician: joining and leaving are the same acts. */
export function DepartmentsPanel({ technician }: { technician: Technician }) {
  const words = useTexts().departments;
  const { id: technician_id, name } = technician;
  const { data: departments = [] } = useQuery(departmentsQuery);
  const candidates = useMemo(() => departments.map(({ id, name: label }) => ({ value: id, label })), [departments]);
  const link = useCallback(
    ({ id, name: label }: Reference) => (
      <TextLink to="/departments/$id" params={{ id }}>
        {label}
      </TextLink>
    ),
    [],
  );
  const path = (department_id: string) => ({ params: { path: { department_id, technician_id } } });
  return (
    <Loaded query={useQuery(departmentsOfQuery(technician_id))}>
      {(own) => (
        <MembersPanel
          words={{
            title: words.ofTechnician,
            column: words.columns.name,
            empty: words.ofTechnicianNone,
            choose: words.chooseDepartment,
            removeTitle: (department) => words.removeMemberTitle(name, department),
            removeCascade: words.removeMemberCascade,
          }}
          members={own}
          candidates={candidates}
          link={link}
          add={(id) => body(api.PUT("/departments/{department_id}/members/{technician_id}", path(id)))}
          remove={(id, headers) => api.DELETE("/departments/{department_id}/members/{technician_id}", { ...path(id), headers })}
          touches={["departments", "rights", "technicians"]}
        />
      )}
    </Loaded>
  );
}
