import { Button, Modal } from "@mantine/core";
import { IconHistory, IconMailForward, IconUserCheck, IconUserOff } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, body, nothing } from "../../api/client";
import { meQuery } from "../../api/queries";
import type { InvitationResult, Technician } from "../../api/types";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { ButtonLink } from "../../parts/links";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { InvitationLink } from "./invitation_link";
import { StillOpenOffline } from "./still_open_offline";

export function TechnicianActions({ technician }: { technician: Technician }) {
  const texts = useTexts();
  const words = texts.technicians;
  const { data: me } = useQuery(meQuery);
  return (
    <>
      {me?.permissions.includes("audit_log") && (
        <ButtonLink
          to="/audit"
          search={{ technician_id: technician.id }}
          variant="default"
          leftSection={<IconHistory size={16} />}
        >
          {words.audit}
        </ButtonLink>
      )}
      {technician.state === "invitation" ? (
        <InvitationActions technician={technician} />
      ) : (
        !technician.owner && <StatusActions technician={technician} />
      )}
    </>
  );
}

function InvitationActions({ technician }: { technician: Technician }) {
  const texts = useTexts();
  const words = texts.technicians;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [withdrawing, setWithdrawing] = useState(false);
  const [sent, setSent] = useState<InvitationResult | null>(null);
  const params = { path: { technician_id: technician.id } };
  const resending = useAct({
    act: () => body(api.POST("/technicians/{technician_id}/resend-invitation", { params })),
    touches: ["technicians"],
    onDone: setSent,
    errors: "toast",
  });
  const ending = useAct({
    act: () => nothing(api.POST("/technicians/{technician_id}/withdraw-invitation", { params })),
    touches: ["rights"],
    says: () => words.withdrawn,
    onDone: () => {
      client.removeQueries({ queryKey: ["technicians", technician.id] });
      void client.invalidateQueries({ queryKey: ["technicians", "list"] });
      void navigate({ to: "/technicians" });
    },
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconMailForward size={16} />}
        loading={resending.isPending}
        onClick={() => resending.mutate()}
      >
        {words.resend}
      </Button>
      <Button variant="default" c="var(--mantine-color-error)" onClick={() => setWithdrawing(true)}>
        {words.withdraw}
      </Button>
      <Modal opened={sent !== null} onClose={() => setSent(null)} title={words.resend}>
        {sent && <InvitationLink result={sent} onClose={() => setSent(null)} />}
      </Modal>
      <ConfirmDialog
        opened={withdrawing}
        onClose={() => setWithdrawing(false)}
        title={words.withdrawTitle(technician.name)}
        cascade={words.withdrawCascade}
        confirm={words.withdraw}
        busy={ending.isPending}
        error={ending.error}
        onConfirm={() => ending.mutate()}
      />
    </>
  );
}

function StatusActions({ technician }: { technician: Technician }) {
  const texts = useTexts();
  const words = texts.technicians;
  const say = useChangeSaying();
  const [disabling, setDisabling] = useState(false);
  const params = { path: { technician_id: technician.id } };
  const disable = useAct({
    act: (reason: string) => nothing(api.POST("/technicians/{technician_id}/disable", { params, body: { reason } })),
    touches: ["technicians", "rights", "devices"],
    says: () => words.disabled(technician.name),
    onDone: () => setDisabling(false),
  });
  const enable = useAct({
    act: () => body(api.POST("/technicians/{technician_id}/enable", { params })),
    touches: ["technicians", "changes"],
    says: ({ change }) => say(change),
    errors: "toast",
  });
  if (technician.status === "disabled") {
    return (
      <Button leftSection={<IconUserCheck size={16} />} loading={enable.isPending} onClick={() => enable.mutate()}>
        {words.enable}
      </Button>
    );
  }
  return (
    <>
      <Button variant="default" c="var(--mantine-color-error)" leftSection={<IconUserOff size={16} />} onClick={() => setDisabling(true)}>
        {words.disable}
      </Button>
      <ConfirmDialog
        opened={disabling}
        onClose={() => setDisabling(false)}
        title={words.disableTitle(technician.name)}
        cascade={words.disableCascade}
        confirm={words.disable}
        asksReason
        busy={disable.isPending}
        error={disable.error}
        onConfirm={(reason) => disable.mutate(reason)}
      >
        {disabling && <StillOpenOffline technicianIds={[technician.id]} />}
      </ConfirmDialog>
    </>
  );
}
