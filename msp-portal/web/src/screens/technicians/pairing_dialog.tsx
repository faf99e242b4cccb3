import { Modal, Stack, Text } from "@mantine/core";
import type { PairingLink } from "../../api/types";
import { CopyLine } from "../../parts/copy";
import { Countdown } from "../../parts/moment";
import { QrPicture } from "../../parts/qr_picture";
import { useTexts } from "../../texts/texts";
import { LabNameNotice } from "../real_phone/lab_name_notice";

interface PairingDialogProps {
  name: string;
  pairing: PairingLink | null;
  onClose: () => void;
}

export function PairingDialog({ name, pairing, onClose }: PairingDialogProps) {
  const texts = useTexts();
  const words = texts.technicians;
  return (
    <Modal opened={pairing !== null} onClose={onClose} title={words.pairingTitle} closeOnClickOutside={false}>
      {pairing && (
        <Stack gap="md">
          <Text size="sm">{words.pairingText(name)}</Text>
          <LabNameNotice />
          <QrPicture text={pairing.link} label={words.pairingQr} />
          <CopyLine value={pairing.link} label={words.pairingTitle} />
          <Text size="sm" c="dimmed">
            {words.linkExpires} <Countdown until={pairing.expires_at} over={texts.common.expired} />
          </Text>
        </Stack>
      )}
    </Modal>
  );
}
