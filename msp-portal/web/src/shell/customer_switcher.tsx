import { Select } from "@mantine/core";
import { IconBuilding } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { tenantsQuery } from "../api/queries";
import { useTexts } from "../texts/texts";
import styles from "./shell.module.css";

/** The customer that lists are narrowed to, or none. It stands in the address, so links keep it. */
export function useChosenCustomer(): string | undefined {
  return useSearch({ strict: false }).customer;
}

export function CustomerSwitcher({ onChosen }: { onChosen?: () => void }) {
  const texts = useTexts();
  const chosen = useChosenCustomer();
  const navigate = useNavigate();
  const { data: tenants } = useQuery(tenantsQuery);
  if (tenants === undefined || tenants.length === 0) return null;
  const choose = (id: string | null) => {
    void navigate({ to: ".", search: (search) => ({ ...search, customer: id ?? undefined }) });
    onChosen?.();
  };
  return (
    <div className={styles.switcher}>
      <Select
        size="sm"
        aria-label={texts.shell.customer}
        placeholder={texts.shell.allCustomers}
        leftSection={<IconBuilding size={16} stroke={1.7} />}
        data={tenants.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen ?? null}
        onChange={choose}
        searchable={tenants.length > 7}
        clearable
        clearButtonProps={{ "aria-label": texts.shell.allCustomers }}
      />
    </div>
  );
}
