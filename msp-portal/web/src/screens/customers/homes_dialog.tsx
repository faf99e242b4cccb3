import { Alert, Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body, type Versioned } from "../../api/client";
import type { Tenant } from "../../api/types";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";

type HomeKeeping = Tenant["settings"]["homes"];
const choices: readonly HomeKeeping[] = ["kept", "fresh"];

interface HomesFormProps {
  tenant: Versioned<Tenant>;
  onClose: () => void;
}

export function HomesDialog({ opened, ...form }: HomesFormProps & { opened: boolean }) {
  const words = useTexts().settingsOfCustomer;
  return (
    <Modal opened={opened} onClose={form.onClose} title={words.homesTitle}>
      <HomesForm key={form.tenant.etag} {...form} />
    </Modal>
  );
}

function HomesForm({ tenant, onClose }: HomesFormProps) {
  const texts = useTexts();
  const words = texts.settingsOfCustomer;
  const say = useChangeSaying();
  const client = useQueryClient();
  const { id: tenant_id, settings } = tenant.value;
  const [homes, setHomes] = useState<HomeKeeping>(settings.homes);
  const changing = useAct({
    act: (wanted: HomeKeeping) =>
      body(
        api.PATCH("/tenants/{tenant_id}/settings", {
          params: { path: { tenant_id }, header: { "If-Match": tenant.etag } },
          body: { homes: wanted },
        }),
      ),
    touches: ["tenants"],
    says: () => say(null),
    onDone: onClose,
  });
  const reload = () => {
    changing.reset();
    void client.invalidateQueries({ queryKey: ["tenants"] });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate(homes);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group
          label={words.homes}
          value={homes}
          onChange={(value) => setHomes(choices.find((choice) => choice === value) ?? homes)}
        >
          <Stack gap="sm" mt="xs">
            {choices.map((choice) => (
              <Radio key={choice} value={choice} label={words.homesAre[choice]} description={words.homesHints[choice]} />
            ))}
          </Stack>
        </Radio.Group>
        {homes === "fresh" && settings.homes === "kept" && (
          <Alert variant="light" color="yellow" icon={<IconAlertTriangle size={18} />}>
            <Text size="sm">{words.homesWarning}</Text>
          </Alert>
        )}
        <ProblemNotice error={changing.error} onRetry={reload} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={homes === settings.homes} loading={changing.isPending}>
            {texts.common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
