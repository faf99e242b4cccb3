import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { api, body } from "../../api/client";
import { WhatHappens } from "../../parts/confirm_parts";
import { ProblemNotice } from "../../parts/problem_notice";
import { QrPicture } from "../../parts/qr_picture";
import { refresh } from "../../parts/use_act";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTexts } from "../../texts/texts";

interface SecretOnceDialogProps {
  tenantId: string;
  keyId: string;
  opened: boolean;
  onClose: () => void;
}

/** What an authenticator app scans. It lives in this dialog alone, and is gone when that closes. */
export function SecretOnceDialog({ tenantId, keyId, opened, onClose }: SecretOnceDialogProps) {
  const { title } = useTexts().tenantCodes.once;
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeOnClickOutside={false}>
      {opened && <SecretOnce tenantId={tenantId} keyId={keyId} onClose={onClose} />}
    </Modal>
  );
}

function SecretOnce({ tenantId, keyId, onClose }: Omit<SecretOnceDialogProps, "opened">) {
  const texts = useTexts();
  const words = texts.tenantCodes.once;
  const client = useQueryClient();
  const [uri, setUri] = useState<string | null>(null);
  const reading = useMutation({
    mutationFn: () => body(api.POST("/tenants/{tenant_id}/codes/readings", { params: { path: { tenant_id: tenantId } } })),
    gcTime: 0,
    onSuccess: ({ otpauth_uri }) => setUri(otpauth_uri),
  });
  const close = () => {
    reading.reset();
    onClose();
    void refresh(client, ["tenants"]);
  };
  if (uri === null) {
    return (
      <Stack gap="md">
        <WhatHappens lines={words.before} />
        <ProblemNotice error={reading.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button onClick={() => reading.mutate()} loading={reading.isPending}>
            {words.show}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="md" align="center">
      <Text size="sm">{words.scan(keyId)}</Text>
      <QrPicture text={uri} label={words.picture} />
      <Text size="sm" fw={600}>
        {words.gone}
      </Text>
      <Group justify="flex-end" w="100%">
        <Button onClick={close}>{words.done}</Button>
      </Group>
    </Stack>
  );
}
