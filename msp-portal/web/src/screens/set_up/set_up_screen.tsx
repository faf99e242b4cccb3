import { Alert, Button, Code, Loader, Stack, Text } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, body } from "../../api/client";
import { problemOf } from "../../api/problem";
import { meQuery } from "../../api/queries";
import { ProblemNotice } from "../../parts/problem_notice";
import { Outside } from "../../shell/outside";
import { useTexts } from "../../texts/texts";
import { registerPasskey } from "../../webauthn/passkey";
import { useLinkSecret } from "../../webauthn/use_link_secret";
import { SetUpForm, type SetUpWords } from "./set_up_form";

export function SetUpScreen() {
  const texts = useTexts();
  const secret = useLinkSecret();
  const lookedUp = useQuery({
    queryKey: ["set_up", secret],
    queryFn: () => body(api.POST("/set-up/look-up", { body: { secret: secret ?? "" } })),
    enabled: secret !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const client = useQueryClient();
  const navigate = useNavigate();
  const completing = useMutation({
    mutationFn: async (words: SetUpWords) => {
      if (secret === null || lookedUp.data === undefined) throw new Error("no link was looked up");
      const { technician, team, rp_id } = lookedUp.data;
      const registration = await registerPasskey({
        secret,
        rpId: rp_id,
        teamName: words.owner?.team_name ?? team.name,
        technician: {
          id: technician.id,
          name: words.owner?.name ?? technician.name,
          username: words.owner?.username ?? technician.username,
        },
      });
      return body(api.POST("/set-up/complete", { body: { secret, registration, label: words.label, owner: words.owner } }));
    },
    onSuccess: ({ me }) => {
      if (me === null) return;
      client.setQueryData(meQuery.queryKey, me);
      void navigate({ to: lookedUp.data?.kind === "owner" ? "/start" : "/" });
    },
  });

  if (completing.data?.state === "waiting_for_acceptance") {
    return (
      <Outside title={texts.setUp.waitingTitle} lead={texts.setUp.waitingText}>
        <IconHourglass size={28} aria-hidden="true" />
      </Outside>
    );
  }
  if (secret === null || (lookedUp.error && problemOf(lookedUp.error).word === "not_found")) return <BadLink />;
  if (lookedUp.error) {
    return (
      <Outside title={texts.setUp.title}>
        <ProblemNotice error={lookedUp.error} onRetry={() => void lookedUp.refetch()} />
      </Outside>
    );
  }
  if (lookedUp.data === undefined) {
    return (
      <Outside title={texts.setUp.title} lead={texts.setUp.looking}>
        <Loader size="sm" />
      </Outside>
    );
  }
  const { kind, team } = lookedUp.data;
  return (
    <Outside title={kind === "owner" ? texts.setUp.title : texts.setUp.titleAdministrator(team.name)} lead={texts.setUp.lead}>
      <SetUpForm
        setUp={lookedUp.data}
        busy={completing.isPending}
        error={completing.error}
        onSubmit={(words) => completing.mutate(words)}
      />
    </Outside>
  );
}

function BadLink() {
  const texts = useTexts();
  return (
    <Outside title={texts.setUp.badTitle} lead={texts.setUp.badText}>
      <Stack gap="md">
        <Alert color="gray" variant="light">
          <Text size="sm">
            {texts.setUp.badCommand} <Code>doorward-portal owner recover</Code>
          </Text>
        </Alert>
        <Button component="a" href="/sign-in" variant="default">
          {texts.signIn.title}
        </Button>
      </Stack>
    </Outside>
  );
}
