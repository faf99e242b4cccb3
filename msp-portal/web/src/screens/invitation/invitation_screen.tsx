import { Button, Loader, Stack, Text } from "@mantine/core";
import { IconDeviceMobile } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, body } from "../../api/client";
import { problemOf } from "../../api/problem";
import { Countdown } from "../../parts/moment";
import { ProblemNotice } from "../../parts/problem_notice";
import { QrPicture } from "../../parts/qr_picture";
import { Outside } from "../../shell/outside";
import { useTexts } from "../../texts/texts";
import { useLinkSecret } from "../../webauthn/use_link_secret";

const isPhone = () => window.matchMedia("(pointer: coarse)").matches;

/** Where an invitation leads: to a fresh pairing, on this phone or over to one. */
export function InvitationScreen() {
  const texts = useTexts();
  const secret = useLinkSecret();
  const lookedUp = useQuery({
    queryKey: ["invitation", secret],
    queryFn: () => body(api.POST("/invitations/look-up", { body: { secret: secret ?? "" } })),
    enabled: secret !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const accepting = useMutation({
    mutationFn: () => body(api.POST("/invitations/accept", { body: { secret: secret ?? "" } })),
    onSuccess: ({ link }) => {
      if (isPhone()) location.assign(link);
    },
  });
  if (secret === null || (lookedUp.error && problemOf(lookedUp.error).word === "not_found")) {
    return (
      <Outside title={texts.invitation.badTitle} lead={texts.invitation.badText}>
        {null}
      </Outside>
    );
  }
  if (lookedUp.data === undefined) {
    return (
      <Outside title="Doorward">
        {lookedUp.error ? (
          <ProblemNotice error={lookedUp.error} onRetry={() => void lookedUp.refetch()} />
        ) : (
          <Loader size="sm" />
        )}
      </Outside>
    );
  }
  const { team, technician } = lookedUp.data;
  const pairing = accepting.data;
  return (
    <Outside title={texts.invitation.title(team.name)} lead={texts.invitation.lead(technician.name)}>
      <Stack gap="lg">
        <ProblemNotice error={accepting.error} />
        {pairing === undefined ? (
          <Button
            size="md"
            leftSection={<IconDeviceMobile size={20} />}
            loading={accepting.isPending}
            onClick={() => accepting.mutate()}
          >
            {isPhone() ? texts.invitation.open : texts.invitation.prepare}
          </Button>
        ) : (
          <>
            <div>
              <Text fw={600}>{texts.invitation.onComputer}</Text>
              <Text size="sm" c="dimmed" mb="sm">
                {texts.invitation.onComputerText}
              </Text>
              <QrPicture text={pairing.link} label={texts.invitation.qr} />
              <Text size="sm" mt="xs" c="dimmed">
                {texts.invitation.expires} <Countdown until={pairing.expires_at} over={texts.common.expired} />
              </Text>
            </div>
            <div>
              <Text fw={600}>{texts.invitation.onPhone}</Text>
              <Text size="sm" c="dimmed" mb="sm">
                {texts.invitation.onPhoneText}
              </Text>
              <Button component="a" href={pairing.link} fullWidth variant="light">
                {texts.invitation.open}
              </Button>
            </div>
            <Button variant="subtle" color="gray" onClick={() => accepting.mutate()} loading={accepting.isPending}>
              {texts.invitation.again}
            </Button>
          </>
        )}
      </Stack>
    </Outside>
  );
}
