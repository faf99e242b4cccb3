import { api, body } from "../../api/client";
import type { Tenant } from "../../api/types";
import { CreateDialog } from "../../parts/create_dialog";
import { useTexts } from "../../texts/texts";

interface AddCustomerProps {
  opened: boolean;
  onClose: () => void;
  onAdded?: (tenant: Tenant) => void;
}

export function AddCustomerDialog({ opened, onClose, onAdded }: AddCustomerProps) {
  const words = useTexts().customers;
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      title={words.add}
      lead={words.addLead}
      label={words.name}
      create={(name, key) =>
        body(api.POST("/tenants", { params: { header: { "Idempotency-Key": key } }, body: { name } }))
      }
      touches={["tenants"]}
      says={words.added}
      onCreated={onAdded}
    />
  );
}
