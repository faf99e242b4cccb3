import { Button, Select, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type AuditFilter, devicesQuery, techniciansQuery, tenantsQuery } from "../../api/queries";
import type { Reference } from "../../api/types";
import { useTexts } from "../../texts/texts";
import styles from "./audit_filters.module.css";
import { dayAfter, dayStart, localDay, outcomes } from "./audit_filter";

interface AuditFiltersProps {
  filter: AuditFilter;
  onChange: (filter: AuditFilter) => void;
  tools: ReactNode;
}

const optionsOf = (items: readonly Reference[] | undefined) =>
  items?.map(({ id, name }) => ({ value: id, label: name })) ?? [];

export function AuditFilters({ filter, onChange, tools }: AuditFiltersProps) {
  const texts = useTexts();
  const words = texts.audit.filters;
  const { data: technicians } = useQuery(techniciansQuery);
  const { data: devices } = useQuery(devicesQuery());
  const { data: tenants } = useQuery(tenantsQuery);
  const [shown, setShown] = useState(false);
  const set = (part: AuditFilter) => onChange({ ...filter, ...part });
  const choices = [
    { key: "kind", data: Object.entries(texts.audit.kinds).map(([value, label]) => ({ value, label })) },
    { key: "outcome", data: outcomes.map((value) => ({ value, label: texts.audit.outcomes[value] })) },
    { key: "technician_id", data: optionsOf(technicians), label: words.technician },
    { key: "device_id", data: optionsOf(devices), label: words.device },
    { key: "tenant_id", data: optionsOf(tenants), label: words.customer },
  ] as const;
  const inForce = Object.values(filter).filter((value) => value !== undefined).length;
  return (
    <>
      <div className={styles.tools}>
        {tools}
        {/* Wide screens always show the filters; on a phone they would hide the log. */}
        <Button
          className={styles.toggle}
          size="sm"
          variant="default"
          leftSection={<IconFilter size={16} />}
          aria-expanded={shown}
          onClick={() => setShown(!shown)}
        >
          {inForce > 0 ? `${texts.grid.filters} (${inForce})` : texts.grid.filters}
        </Button>
        {inForce > 0 && (
          <Button size="sm" variant="subtle" color="gray" onClick={() => onChange({})}>
            {texts.grid.clear}
          </Button>
        )}
      </div>
      <div className={styles.filters} data-shown={shown || undefined}>
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
      </div>
    </>
  );
}

function asFilter(key: keyof AuditFilter, value: string | null): AuditFilter {
  if (key === "outcome") return { outcome: outcomes.find((known) => known === value) };
  return { [key]: value ?? undefined };
}
