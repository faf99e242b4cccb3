import { Alert, Button, Group, Modal, Portal, Stack, Text } from "@mantine/core";
import { IconDeviceFloppy, IconFingerprint, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import type { Device, OwnHalf } from "../../api/types";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { openOwnHalf } from "../../webauthn/custodian";
import styles from "./half_dialog.module.css";

interface HalfDialogProps {
  device: Device;
  half: OwnHalf;
  opened: boolean;
  onClose: () => void;
}

/** One's own half, opened here with the passkey: to be printed or kept, because later there may be no portal to ask. */
export function HalfDialog({ device, half, opened, onClose }: HalfDialogProps) {
  const words = useTexts().breakGlass;
  return (
    <Modal opened={opened} onClose={onClose} title={words.halfTitle(device.name)} size="lg">
      <Half device={device} half={half} />
    </Modal>
  );
}

function Half({ device, half }: Pick<HalfDialogProps, "device" | "half">) {
  const words = useTexts().breakGlass;
  const [text, setText] = useState<string | null>(null);
  const opening = useAct({ act: () => openOwnHalf(half), touches: [], onDone: setText });
  if (text === null) {
    return (
      <Stack gap="md">
        <Text size="sm">{words.openLead}</Text>
        <ProblemNotice error={opening.error} />
        <Group>
          <Button leftSection={<IconFingerprint size={16} />} loading={opening.isPending} onClick={() => opening.mutate(undefined)}>
            {words.openNow}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <Alert color="red" variant="light" title={words.keepTitle}>
        {words.keep}
      </Alert>
      <code className={styles.half} aria-label={words.half}>
        {text}
      </code>
      <Text size="sm">{words.how(device.name)}</Text>
      <Group>
        <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
          {words.print}
        </Button>
        <Button variant="default" leftSection={<IconDeviceFloppy size={16} />} onClick={() => save(device, sheet(words, device, text))}>
          {words.save}
        </Button>
      </Group>
      <Portal>
        <pre className="dw-print">{sheet(words, device, text)}</pre>
      </Portal>
    </Stack>
  );
}

type Words = ReturnType<typeof useTexts>["breakGlass"];

const sheet = (words: Words, device: Device, half: string) =>
  [words.halfTitle(device.name), device.tenant.name, "", half, "", words.how(device.name), words.keep].join("\n");

function save(device: Device, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = `break-glass-${device.name}.txt`;
  link.click();
  URL.revokeObjectURL(link.href);
}
