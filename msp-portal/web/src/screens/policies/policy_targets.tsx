import { Checkbox, Radio, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { departmentsQuery, deviceGroupsQuery, devicesQuery, techniciansQuery } from "../../api/queries";
import { MultiChooser } from "../../parts/chooser";
import { useTexts } from "../../texts/texts";
import type { FormPartProps } from "./policy_form";

const kinds = ["any", "domain", "non_domain"] as const;

export function PolicyDevicesFields({ wish, onChange, wrong }: FormPartProps) {
  const texts = useTexts();
  const words = texts.policies.form;
  const { data: groups = [] } = useQuery({ ...deviceGroupsQuery(), enabled: !wish.allDevices });
  const { data: devices = [] } = useQuery({ ...devicesQuery(), enabled: !wish.allDevices });
  const ofTenant = ({ id, name, tenant }: { id: string; name: string; tenant: { name: string } }) => ({
    value: id,
    label: `${name} · ${tenant.name}`,
  });
  return (
    <Stack gap="md">
      <Radio.Group
        aria-label={words.where}
        value={wish.allDevices ? "all" : "some"}
        onChange={(value) => onChange({ allDevices: value === "all" })}
      >
        <Stack gap="xs">
          <Radio value="all" label={words.allDevices} />
          <Radio value="some" label={words.someDevices} />
        </Stack>
      </Radio.Group>
      {!wish.allDevices && (
        <>
          <MultiChooser
            label={words.chooseGroups}
            data={groups.map(ofTenant)}
            value={wish.groupIds}
            onChange={(groupIds) => onChange({ groupIds })}
          />
          <MultiChooser
            label={words.chooseDevices}
            data={devices.map(ofTenant)}
            value={wish.deviceIds}
            onChange={(deviceIds) => onChange({ deviceIds })}
            error={wrong("devices")}
          />
        </>
      )}
      <Select
        label={texts.policies.kind}
        data={kinds.map((value) => ({ value, label: texts.policies.kinds[value] }))}
        value={wish.kind}
        onChange={(value) => {
          const kind = kinds.find((known) => known === value);
          if (kind) onChange({ kind });
        }}
        allowDeselect={false}
        maw="20rem"
      />
    </Stack>
  );
}

export function PolicySubjectsFields({ wish, onChange, wrong }: FormPartProps) {
  const texts = useTexts();
  const words = texts.policies.form;
  const { data: departments = [] } = useQuery({ ...departmentsQuery, enabled: !wish.allSubjects });
  const { data: technicians = [] } = useQuery(techniciansQuery);
  return (
    <Stack gap="md">
      <Radio.Group
        aria-label={words.who}
        value={wish.allSubjects ? "all" : "some"}
        onChange={(value) => onChange({ allSubjects: value === "all" })}
      >
        <Stack gap="xs">
          <Radio value="all" label={words.allSubjects} />
          <Radio value="some" label={words.someSubjects} />
        </Stack>
      </Radio.Group>
      {!wish.allSubjects && (
        <>
          <MultiChooser
            label={words.chooseDepartments}
            data={departments.map(({ id, name }) => ({ value: id, label: name }))}
            value={wish.departmentIds}
            onChange={(departmentIds) => onChange({ departmentIds })}
          />
          <MultiChooser
            label={words.chooseTechnicians}
            data={technicians.map(({ id, name, account }) => ({ value: id, label: `${name} (${account})` }))}
            value={wish.technicianIds}
            onChange={(technicianIds) => onChange({ technicianIds })}
          />
          <Checkbox
            label={words.directory}
            checked={wish.directoryImported}
            onChange={(event) => onChange({ directoryImported: event.currentTarget.checked })}
          />
          {wrong("subjects") && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {wrong("subjects")}
            </Text>
          )}
        </>
      )}
    </Stack>
  );
}
