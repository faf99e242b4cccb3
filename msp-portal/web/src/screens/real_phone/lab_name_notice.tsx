import { Alert } from "@mantine/core";
import { IconDeviceMobileOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../api/queries";
import { isLabName } from "../../parts/lab_name";
import { TextLink } from "../../parts/links";
import { useTexts } from "../../texts/texts";

/** Beside a link for a phone, where the phone could not open it. */
export function LabNameNotice() {
  const words = useTexts().realPhone;
  const { data: me } = useQuery(meQuery);
  if (!me) return null;
  const { host, hostname } = new URL(me.app_origin);
  if (!isLabName(hostname)) return null;
  return (
    <Alert variant="light" color="yellow" icon={<IconDeviceMobileOff size={18} />}>
      {words.note(host)}{" "}
      <TextLink to="/real-phone" underline="always" c="inherit">
        {words.noteLink}
      </TextLink>
    </Alert>
  );
}
