import { Alert, List } from "@mantine/core";
import { IconShieldExclamation } from "@tabler/icons-react";
import type { Device } from "../../api/types";
import { useTexts } from "../../texts/texts";

/** Why the portal has nothing to do with this workstation, and how that ends. */
export function QuarantineNotice({ device }: { device: Device }) {
  const words = useTexts().devices.quarantine;
  if (device.state !== "quarantined") return null;
  return (
    <Alert mb="md" color="red" variant="light" icon={<IconShieldExclamation size={18} />} title={words.title}>
      {words.reasons[device.quarantine_reason ?? "second_machine"]} {words.meanwhile}
      <List mt="xs" size="sm">
        {words.steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
