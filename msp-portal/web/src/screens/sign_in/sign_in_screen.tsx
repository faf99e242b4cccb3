import { Button, Code, Stack, Text } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { api, body } from "../../api/client";
import { meQuery } from "../../api/queries";
import { ProblemNotice } from "../../parts/problem_notice";
import { Outside } from "../../shell/outside";
import { useTexts } from "../../texts/texts";
import { assertSession } from "../../webauthn/passkey";
import { safeReturn } from "./safe_return";

async function signIn() {
  const { nonce, rp_id } = await body(api.POST("/session/nonce"));
  const assertion = await assertSession(nonce, rp_id);
  return body(api.POST("/session", { body: { nonce, assertion } }));
}

export function SignInScreen() {
  const texts = useTexts();
  const { next } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const client = useQueryClient();
  const signing = useMutation({
    mutationFn: signIn,
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      router.history.push(safeReturn(next));
    },
  });
  return (
    <Outside title={texts.signIn.title} lead={next ? `${texts.signIn.ended} ${texts.signIn.lead}` : texts.signIn.lead}>
      <Stack gap="lg">
        <ProblemNotice error={signing.error} />
        <Button
          size="md"
          fullWidth
          leftSection={<IconFingerprint size={20} />}
          loading={signing.isPending}
          onClick={() => signing.mutate()}
          autoFocus
        >
          {texts.signIn.button}
        </Button>
        <div>
          <Text size="sm" fw={600}>
            {texts.signIn.noPasskey}
          </Text>
          <Text size="sm" c="dimmed">
            {texts.signIn.noPasskeyText} <Code>doorward-portal owner recover</Code>
          </Text>
        </div>
      </Stack>
    </Outside>
  );
}
