import { Drawer } from "@mantine/core";
import { useState } from "react";
import type { InvitationResult } from "../../api/types";
import { useTexts } from "../../texts/texts";
import { InvitationLink } from "./invitation_link";
import { InviteForm } from "./invite_form";

interface InviteDrawerProps {
  opened: boolean;
  onClose: () => void;
}

export function InviteDrawer({ opened, onClose }: InviteDrawerProps) {
  const texts = useTexts();
  const [invited, setInvited] = useState<InvitationResult | null>(null);
  const close = () => {
    setInvited(null);
    onClose();
  };
  return (
    <Drawer
      opened={opened}
      onClose={close}
      title={invited ? texts.technicians.invitedTitle(invited.technician.name) : texts.technicians.invite}
    >
      {invited ? <InvitationLink result={invited} onClose={close} /> : <InviteForm onClose={close} onInvited={setInvited} />}
    </Drawer>
  );
}
