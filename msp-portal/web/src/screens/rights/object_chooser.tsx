import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { deviceGroupsQuery, devicesQuery, tenantsQuery } from "../../api/queries";
import type { RightObject, Role } from "../../api/types";
import { Chooser } from "../../parts/chooser";
import { useTexts } from "../../texts/texts";
import type { GrantFor } from "./grant_right_drawer";
import type { Access } from "./right_words";

export interface ObjectChoice {
  kind: RightObject["kind"];
  id: string | null;
}

const kindsOf: Record<Access, readonly RightObject["kind"][]> = {
  devices: ["tenant", "device_group", "device", "all_devices"],
  sections: ["section"],
};

export function startingChoice({ deviceId, deviceGroupId, tenantId }: GrantFor, access?: Access): ObjectChoice {
  if (access === "sections") return { kind: "section", id: null };
  if (deviceId) return { kind: "device", id: deviceId };
  if (deviceGroupId) return { kind: "device_group", id: deviceGroupId };
  return { kind: "tenant", id: tenantId ?? null };
}

/** Null until the choice is complete. A right of administration is on the section of the team. */
export function objectOf({ kind, id }: ObjectChoice): RightObject | null {
  if (kind === "all_devices") return { kind, id: null, section: null };
  if (kind === "section") return { kind, id: null, section: "team" };
  return id === null ? null : { kind, id, section: null };
}

export function fitsPurpose({ kind }: ObjectChoice, purpose: Role["purpose"]): boolean {
  return kind === "section" ? purpose === "administration" : purpose === "devices";
}

interface ObjectChooserProps {
  choice: ObjectChoice;
  onChange: (choice: ObjectChoice) => void;
  /** Without it everything that a right can be on is offered. */
  access?: Access;
}

export function ObjectChooser({ choice, onChange, access }: ObjectChooserProps) {
  const texts = useTexts();
  const words = texts.rights;
  const { data: tenants = [] } = useQuery(tenantsQuery);
  const { data: devices = [] } = useQuery({ ...devicesQuery(), enabled: choice.kind === "device" });
  const { data: groups = [] } = useQuery({ ...deviceGroupsQuery(), enabled: choice.kind === "device_group" });
  const offered = access === undefined ? [...kindsOf.devices, ...kindsOf.sections] : kindsOf[access];
  const ofTenant = ({ id, name, tenant }: { id: string; name: string; tenant: { name: string } }) => ({
    value: id,
    label: `${name} · ${tenant.name}`,
  });
  const named = {
    tenant: { label: words.customer, data: tenants.map(({ id, name }) => ({ value: id, label: name })) },
    device_group: { label: words.group, data: groups.map(ofTenant) },
    device: { label: words.device, data: devices.map(ofTenant) },
    all_devices: null,
    section: null,
  }[choice.kind];
  return (
    <>
      <Select
        label={words.what}
        data={offered.map((kind) => ({ value: kind, label: words.objects[kind] }))}
        value={choice.kind}
        onChange={(value) => {
          const kind = offered.find((known) => known === value);
          if (kind) onChange({ kind, id: null });
        }}
        allowDeselect={false}
        required
      />
      {named && (
        <Chooser
          key={choice.kind}
          label={named.label}
          data={named.data}
          value={choice.id}
          onChange={(id) => onChange({ kind: choice.kind, id })}
          required
        />
      )}
    </>
  );
}
