import { Button, FileInput, Modal, Stack, Text } from "@mantine/core";
import { IconFileCertificate } from "@tabler/icons-react";
import { useState } from "react";
import { api, body } from "../../api/client";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { readStatement } from "./statement_file";

interface StatementButtonProps {
  deviceId: string;
  deviceName: string;
  size?: "compact-sm" | "sm";
  onTaken?: () => void;
}

/** Takes the file that a workstation wrote when Doorward was taken out of it while it had no way to the portal. */
export function StatementButton({ deviceId, deviceName, size = "sm", onTaken }: StatementButtonProps) {
  const texts = useTexts();
  const words = texts.removed;
  const [opened, setOpened] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [unreadable, setUnreadable] = useState(false);
  const close = () => {
    setOpened(false);
    setFile(null);
    setUnreadable(false);
    taking.reset();
  };
  const taking = useAct({
    act: (statement: { body: string; signature: string }) =>
      body(
        api.POST("/devices/{device_id}/removal-statement", { params: { path: { device_id: deviceId } }, body: statement }),
      ),
    touches: ["devices", "tenants", "rights"],
    says: () => words.taken(deviceName),
    onDone: () => {
      close();
      onTaken?.();
    },
  });
  const take = async () => {
    const statement = readStatement((await file?.text()) ?? "");
    setUnreadable(statement === null);
    taking.reset();
    if (statement !== null) taking.mutate(statement);
  };
  return (
    <>
      <Button
        size={size}
        variant="default"
        leftSection={<IconFileCertificate size={16} />}
        onClick={() => setOpened(true)}
        aria-label={words.bringFor(deviceName)}
      >
        {words.bring}
      </Button>
      <Modal opened={opened} onClose={close} title={words.bringTitle(deviceName)}>
        <Stack>
          <Text size="sm">{words.bringText}</Text>
          <FileInput
            label={words.file}
            placeholder="doorward-removal-….json"
            accept="application/json,.json"
            value={file}
            onChange={setFile}
            error={unreadable ? words.unreadable : undefined}
          />
          <ProblemNotice error={taking.error} />
          <Button onClick={() => void take()} disabled={file === null} loading={taking.isPending}>
            {words.check}
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
