import { Button, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type AuditFilter, devicesQuery, techniciansQuery, tenantsQuery } from "../../api/queries";
import type { Reference } from "../../api/types";
import { useTexts } from "../../texts/texts";
import styles from "./audit_filters.module.css";
import { dayAfter, dayStart, localDay, outcomes } from "./audit_filter";

interface AuditFiltersProps {
  filter: AuditFilter;
  onChange: (filter: AuditFilter) => void;
}

const optionsOf = (items: readonly Reference[] | undefined) =>
  items?.map(({ id, name }) => ({ value: id, label: name })) ?? [];

export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  const texts = useTexts();
  const words = texts.audit.filters;
  const { data: technicians } = useQuery(techniciansQuery);
  const { data: devices } = useQuery(devicesQuery());
  const { data: tenants } = useQuery(tenantsQuery);
  const set = (part: AuditFilter) => onChange({ ...filter, ...part });
  const choices = [
    { key: "kind", data: Object.entries(texts.audit.kinds).map(([value, label]) => ({ value, label })) },
    { key: "outcome", data: outcomes.map((value) => ({ value, label: texts.audit.outcomes[value] })) },
    { key: "technician_id", data: optionsOf(technicians), label: words.technician },
    { key: "device_id", data: optionsOf(devices), label: words.device },
    { key: "tenant_id", data: optionsOf(tenants), label: words.customer },
  ] as const;
  return (
    <div className={styles.filters}>
      {choices.map((choice) => {
        const label = choice.key === "kind" || choice.key === "outcome" ? words[choice.key] : choice.label;
        return (
          <Select
            key={choice.key}
            size="xs"
            label={label}
            placeholder={texts.common.all}
            data={choice.data}
            value={filter[choice.key] ?? null}
            onChange={(value) => set(asFilter(choice.key, value))}
            searchable={choice.data.length > 7}
            clearable
            clearButtonProps={{ "aria-label": texts.grid.clear }}
          />
        );
      })}
      <TextInput
        type="date"
        size="xs"
        label={words.from}
        value={localDay(filter.from)}
        onChange={(event) => set({ from: dayStart(event.currentTarget.value) })}
      />
      <TextInput
        type="date"
        size="xs"
        label={words.until}
        value={localDay(filter.until, -1)}
        onChange={(event) => set({ until: dayAfter(event.currentTarget.value) })}
      />
      {Object.values(filter).some((value) => value !== undefined) && (
        <Button className={styles.clear} size="xs" variant="subtle" color="gray" onClick={() => onChange({})}>
          {texts.grid.clear}
        </Button>
      )}
    </div>
  );
}

function asFilter(key: keyof AuditFilter, value: string | null): AuditFilter {
  if (key === "outcome") return { outcome: outcomes.find((known) => known === value) };
  return { [key]: value ?? undefined };
}
