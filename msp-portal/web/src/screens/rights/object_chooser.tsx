import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { devicesQuery, tenantsQuery } from "../../api/queries";
import type { RightObject, Role } from "../../api/types";
import { useTexts } from "../../texts/texts";
import type { GrantFor } from "./grant_right_drawer";

export interface ObjectChoice {
  kind: RightObject["kind"];
  id: string | null;
}

const kinds = ["tenant", "device", "all_devices", "section"] as const;

export function startingChoice({ deviceId, tenantId }: GrantFor): ObjectChoice {
  if (deviceId) return { kind: "device", id: deviceId };
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
  withSection?: boolean;
}

export function ObjectChooser({ choice, onChange, withSection = true }: ObjectChooserProps) {
  const texts = useTexts();
  const { data: tenants = [] } = useQuery(tenantsQuery);
  const { data: devices = [] } = useQuery({ ...devicesQuery(), enabled: choice.kind === "device" });
  const offered = kinds.filter((kind) => withSection || kind !== "section");
  return (
    <>
      <Select
        label={texts.rights.what}
        data={offered.map((kind) => ({ value: kind, label: texts.rights.objects[kind] }))}
        value={choice.kind}
        onChange={(value) => {
          const kind = kinds.find((known) => known === value);
          if (kind) onChange({ kind, id: null });
        }}
        allowDeselect={false}
        required
      />
      {choice.kind === "tenant" && (
        <Select
          label={texts.rights.customer}
          data={tenants.map(({ id, name }) => ({ value: id, label: name }))}
          value={choice.id}
          onChange={(id) => onChange({ kind: "tenant", id })}
          searchable
          required
        />
      )}
      {choice.kind === "device" && (
        <Select
          label={texts.rights.device}
          data={devices.map(({ id, name, tenant }) => ({ value: id, label: `${name} · ${tenant.name}` }))}
          value={choice.id}
          onChange={(id) => onChange({ kind: "device", id })}
          searchable
          required
        />
      )}
    </>
  );
}
