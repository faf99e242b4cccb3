import { Alert } from "@mantine/core";
import { IconShieldExclamation } from "@tabler/icons-react";
import { ButtonLink } from "../../parts/links";
import { useTexts } from "../../texts/texts";

/** Somebody may have read a customer's code off and used it elsewhere. */
export function CodesUsedTwice({ count }: { count: number }) {
  const words = useTexts().dashboard.codesUsedTwice;
  if (count === 0) return null;
  return (
    <Alert mb="md" color="red" variant="light" icon={<IconShieldExclamation size={18} />} title={words.title(count)}>
      {words.text}
      <div>
        <ButtonLink to="/audit" search={{ kind: "code_used_twice" }} size="sm" mt="xs" variant="light" color="red">
          {words.open}
        </ButtonLink>
      </div>
    </Alert>
  );
}
