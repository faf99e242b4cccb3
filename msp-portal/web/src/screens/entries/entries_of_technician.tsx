import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { entriesOfTechnicianQuery, tenantsQuery } from "../../api/queries";
import type { Technician } from "../../api/types";
import { Chooser } from "../../parts/chooser";
import { Loaded } from "../../parts/loaded";
import { Panel } from "../../parts/page";
import { useChosenCustomer } from "../../shell/customer_switcher";
import { useTexts } from "../../texts/texts";
import { EntriesGrid } from "./entries_grid";

/** Which workstations of a customer somebody can enter, why, until when, online and offline. */
export function EntriesOfTechnician({ technician }: { technician: Technician }) {
  const words = useTexts().entries;
  const chosen = useChosenCustomer();
  const { data: tenants = [] } = useQuery(tenantsQuery);
  const [wanted, setWanted] = useState<string | null>(null);
  const customers = useMemo(() => tenants.map(({ id, name }) => ({ value: id, label: name })), [tenants]);
  const customer = wanted ?? chosen ?? customers[0]?.value;
  if (customer === undefined) return null;
  const choice = (
    <Chooser
      aria-label={words.customer}
      data={customers}
      value={customer}
      onChange={setWanted}
      allowDeselect={false}
      size="sm"
    />
  );
  return (
    <Panel title={words.ofTechnician} lead={words.ofTechnicianLead} actions={customers.length > 1 && choice} flush>
      <Entries technicianId={technician.id} tenantId={customer} />
    </Panel>
  );
}

function Entries({ technicianId, tenantId }: { technicianId: string; tenantId: string }) {
  const words = useTexts().entries;
  return (
    <Loaded query={useQuery(entriesOfTechnicianQuery(technicianId, tenantId))}>
      {(entries) => <EntriesGrid name={words.ofTechnician} entries={entries} of="device" empty={words.ofTechnicianNone} />}
    </Loaded>
  );
}
