import { Button, Group, Stack, Text } from "@mantine/core";
import type { InvitationResult } from "../../api/types";
import { CopyLine } from "../../parts/copy";
import { Countdown } from "../../parts/moment";
import { QrPicture } from "../../parts/qr_picture";
import { useTexts } from "../../texts/texts";
import { LabNameNotice } from "../real_phone/lab_name_notice";

export function InvitationLink({ result, onClose }: { result: InvitationResult; onClose: () => void }) {
  const texts = useTexts();
  const words = texts.technicians;
  const { email } = result.technician;
  return (
    <Stack gap="md">
      <Text size="sm">{result.mailed && email ? words.mailed(email) : words.notMailed}</Text>
      <CopyLine value={result.link} label={words.link} />
      <LabNameNotice />
      <QrPicture text={result.link} label={words.link} />
      <Text size="sm" c="dimmed">
        {words.linkExpires} <Countdown until={result.expires_at} over={texts.common.expired} />
      </Text>
      {result.changes.some(({ state }) => state === "pending") && <Text size="sm">{texts.change.pendingToast}</Text>}
      <Group justify="flex-end">
        <Button onClick={onClose}>{texts.common.close}</Button>
      </Group>
    </Stack>
  );
}
