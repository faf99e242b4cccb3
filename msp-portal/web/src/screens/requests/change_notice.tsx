import { Alert } from "@mantine/core";
import { IconUserCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { changeQuery } from "../../api/queries";
import { TextLink } from "../../parts/links";
import { useTexts } from "../../texts/texts";

/** That something waits for a second person, and where; nothing once somebody has decided. */
export function ChangeNotice({ changeId, text }: { changeId: string; text?: string }) {
  const words = useTexts().change;
  const { data: change } = useQuery(changeQuery(changeId));
  if (change !== undefined && change.state !== "pending") return null;
  return (
    <Alert variant="light" color="yellow" role="status" icon={<IconUserCheck size={18} />}>
      {text ?? words.waits}{" "}
      <TextLink to="/changes/$id" params={{ id: changeId }} c="inherit" underline="always">
        {words.open}
      </TextLink>
    </Alert>
  );
}
