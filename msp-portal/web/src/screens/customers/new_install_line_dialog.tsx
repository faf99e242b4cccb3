import { Alert, Button, Group, Modal, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { api, body } from "../../api/client";
import type { EnrolmentTokenCreated } from "../../api/types";
import { CopyBigButton, CopyLine } from "../../parts/copy";
import { Countdown } from "../../parts/moment";
import { isName } from "../../parts/names";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";

interface InstallLineProps {
  tenantId: string;
  onClose: () => void;
}

export function NewInstallLineDialog({ opened, ...props }: InstallLineProps & { opened: boolean }) {
  const texts = useTexts();
  return (
    <Modal opened={opened} onClose={props.onClose} title={texts.tokens.create} size="lg">
      <NewInstallLine {...props} />
    </Modal>
  );
}

const validHours = [1, 24, 72, 168, 720] as const;

function NewInstallLine({ tenantId, onClose }: InstallLineProps) {
  const texts = useTexts();
  const words = texts.tokens;
  const [label, setLabel] = useState("");
  const [uses, setUses] = useState<number | string>(1);
  const [hours, setHours] = useState<number>(24);
  const usable = typeof uses === "number" && Number.isInteger(uses) && uses >= 1 && uses <= 1000;
  const named = label.trim() === "" || isName(label);
  const making = useAct({
    act: (uses_allowed: number) =>
      body(
        api.POST("/tenants/{tenant_id}/enrolment-tokens", {
          params: { path: { tenant_id: tenantId } },
          body: { label: label.trim() || null, uses_allowed, valid_hours: hours },
        }),
      ),
    touches: ["enrolment_tokens"],
  });
  if (making.data) return <InstallLine created={making.data} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (usable && named) making.mutate(uses);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {words.lead}
        </Text>
        <TextInput
          label={`${words.label} (${texts.common.optional})`}
          description={words.labelHint}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          error={!named && texts.problems.fields.name}
          data-autofocus
        />
        <Group grow align="flex-start">
          <NumberInput
            label={words.uses}
            description={words.usesHint}
            value={uses}
            onChange={setUses}
            min={1}
            max={1000}
            allowDecimal={false}
          />
          <Select
            label={words.valid}
            description={" "}
            data={validHours.map((value) => ({ value: String(value), label: words.hours(value) }))}
            value={String(hours)}
            onChange={(value) => setHours(Number(value))}
            allowDeselect={false}
          />
        </Group>
        <ProblemNotice error={making.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={!usable || !named} loading={making.isPending}>
            {words.make}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The token is in this one answer only: after closing, nobody can show it again. */
export function InstallLine({ created }: { created: EnrolmentTokenCreated }) {
  const texts = useTexts();
  const words = texts.tokens;
  return (
    <Stack gap="md">
      <Alert variant="light" color="yellow" icon={<IconEyeOff size={18} />}>
        {words.madeText}
      </Alert>
      <CopyLine value={created.install_command} label={words.installLine} />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {words.valid} <Countdown until={created.enrolment_token.expires_at} over={texts.common.expired} />
        </Text>
        <CopyBigButton value={created.install_command}>{words.installLine}</CopyBigButton>
      </Group>
      <div>
        <Text size="sm" fw={600} mb={4}>
          {words.token}
        </Text>
        <CopyLine value={created.token} label={words.token} />
      </div>
    </Stack>
  );
}
