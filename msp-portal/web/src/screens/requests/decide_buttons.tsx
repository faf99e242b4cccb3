import { Button, Group } from "@mantine/core";
import { IconFingerprint, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { api, body } from "../../api/client";
import type { Change } from "../../api/types";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { assertChange } from "../../webauthn/passkey";

const touches = ["changes", "rights", "technicians", "departments", "tenants", "devices", "device_groups", "policies"] as const;

/** Accepting signs the very bytes the screen shows, so nothing else can have been accepted. */
export function DecideButtons({ change, own }: { change: Change; own: boolean }) {
  const texts = useTexts();
  const words = texts.requests;
  const [rejecting, setRejecting] = useState(false);
  const params = { path: { change_id: change.id } };
  const accepting = useAct({
    act: async () => {
      const assertion = await assertChange(change.id, change.payload);
      return body(api.POST("/changes/{change_id}/accept", { params, body: { assertion } }));
    },
    touches,
    says: () => words.accepted,
  });
  const refusing = useAct({
    act: (reason: string) => body(api.POST("/changes/{change_id}/reject", { params, body: { reason } })),
    touches,
    says: () => words.rejected,
    onDone: () => setRejecting(false),
  });
  const withdrawing = useAct({
    act: () => body(api.POST("/changes/{change_id}/withdraw", { params })),
    touches,
    says: () => words.withdrawn,
  });
  return (
    <>
      <ProblemNotice error={accepting.error ?? withdrawing.error} />
      <Group>
        {change.may_accept && (
          <Button leftSection={<IconFingerprint size={16} />} loading={accepting.isPending} onClick={() => accepting.mutate()}>
            {words.accept}
          </Button>
        )}
        {own ? (
          <Button variant="default" loading={withdrawing.isPending} onClick={() => withdrawing.mutate()}>
            {words.withdraw}
          </Button>
        ) : (
          <Button variant="default" leftSection={<IconX size={16} />} onClick={() => setRejecting(true)}>
            {words.reject}
          </Button>
        )}
      </Group>
      <ConfirmDialog
        opened={rejecting}
        onClose={() => setRejecting(false)}
        title={words.rejectTitle}
        cascade={words.rejectCascade}
        confirm={words.reject}
        asksReason
        busy={refusing.isPending}
        error={refusing.error}
        onConfirm={(reason) => refusing.mutate(reason)}
      />
    </>
  );
}
