import { Button, Stack, Text } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { api, body } from "../../api/client";
import type { Technician } from "../../api/types";
import { CopyLine } from "../../parts/copy";
import { Countdown } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { PasskeyRows } from "./passkey_rows";
import styles from "./technicians.module.css";

/** An administrator's way into this portal: the passkeys there are, and a link to make another one. */
export function PasskeysPanel({ technician }: { technician: Technician }) {
  const texts = useTexts();
  const words = texts.technicians;
  return (
    <Panel title={words.administratorLink} lead={technician.passkeys.length === 0 ? words.passkeysNone : undefined}>
      <PasskeyRows passkeys={technician.passkeys} />
      <SetUpLinkMaker technicianId={technician.id} button={words.makeAdministratorLink} lead={words.administratorLinkLead} />
    </Panel>
  );
}

interface SetUpLinkMakerProps {
  technicianId: string;
  button: string;
  lead: string;
}

export function SetUpLinkMaker({ technicianId, button, lead }: SetUpLinkMakerProps) {
  const texts = useTexts();
  const words = texts.technicians;
  const making = useAct({
    act: () =>
      body(
        api.POST("/technicians/{technician_id}/administrator-link", { params: { path: { technician_id: technicianId } } }),
      ),
    touches: ["technicians"],
  });
  return (
    <Stack gap="sm" mt="sm">
      <Text size="sm" c="dimmed">
        {lead}
      </Text>
      <ProblemNotice error={making.error} />
      {making.data ? (
        <>
          <CopyLine value={making.data.link} label={words.setUpLink} />
          <Text size="sm" c="dimmed">
            {words.linkExpires} <Countdown until={making.data.expires_at} over={texts.common.expired} />
          </Text>
        </>
      ) : (
        <div className={styles.buttons}>
          <Button
            size="sm"
            variant="light"
            leftSection={<IconLink size={16} />}
            loading={making.isPending}
            onClick={() => making.mutate()}
          >
            {button}
          </Button>
        </div>
      )}
    </Stack>
  );
}
