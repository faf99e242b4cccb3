import { DecodeError, decodeBase64url, Reader } from "@doorward/protocol";
import { Button, Text } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useState } from "react";
import { api, body } from "../../api/client";
import type { Restore } from "../../api/types";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { assertChange } from "../../webauthn/passkey";

const touches = ["team", "devices", "tenants", "technicians", "rights", "changes"] as const;

/** From then on workstations believe this portal again: signed with a passkey, by two people where there are two. */
export function AcceptRestore({ restore }: { restore: Restore }) {
  const texts = useTexts();
  const words = texts.restore;
  const [asking, setAsking] = useState(false);
  const accepting = useAct({
    act: async () => {
      const assertion = await assertChange(restore.incarnation, restore.payload);
      return body(api.POST("/restore/accept", { body: { assertion } }));
    },
    touches,
    says: (left) => (left.restore === null ? words.accepted : words.acceptedFirst),
    onDone: () => setAsking(false),
  });
  if (!isAcceptance(restore)) {
    return <Text size="sm">{texts.requests.unreadable}</Text>;
  }
  if (!restore.may_accept) {
    return (
      <Text size="sm" c="dimmed">
        {words.yours}
      </Text>
    );
  }
  return (
    <>
      <Button leftSection={<IconFingerprint size={16} />} onClick={() => setAsking(true)}>
        {words.accept}
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={words.confirmTitle}
        cascade={restore.needs_another_person ? [...words.cascade, words.another] : words.cascade}
        confirm={words.accept}
        busy={accepting.isPending}
        error={accepting.error}
        onConfirm={() => accepting.mutate()}
      />
    </>
  );
}

/** Whether the bytes to be signed accept this life of this team's portal, and nothing else. */
function isAcceptance({ payload, team_id, incarnation }: Restore): boolean {
  const bytes = decodeBase64url(payload);
  if (bytes === null) return false;
  try {
    const members = Reader.parse(bytes, 1024).object("version", "kind", "team_id", "incarnation");
    members.version.integer(1, 1);
    members.kind.oneOf("restore");
    return members.team_id.id() === team_id && members.incarnation.id() === incarnation;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}
