import { Alert, Button, Group, Modal, NumberInput, Stack, Text } from "@mantine/core";
import { IconPencil, IconUserCheck } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body, type Versioned } from "../../api/client";
import { teamQuery } from "../../api/queries";
import type { Tenant } from "../../api/types";
import { Facts } from "../../parts/facts";
import { Panel, Stacked } from "../../parts/page";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { AccountSwitchDialog } from "./account_switch_dialog";
import { AccountSwitchProgress } from "./account_switch_progress";

export function CustomerSettings({ tenant }: { tenant: Versioned<Tenant> }) {
  const texts = useTexts();
  const words = texts.settingsOfCustomer;
  const [changing, setChanging] = useState(false);
  const [switching, setSwitching] = useState(false);
  const { settings } = tenant.value;
  const close = () => setChanging(false);
  return (
    <Stacked>
      <AccountSwitchProgress tenant={tenant} />
      <Panel title={words.title}>
        <Facts
          facts={[
            {
              label: words.account,
              value: (
                <Group gap="sm">
                  {`${words.modes[settings.account_mode]}${settings.shared_account ? ` (${settings.shared_account})` : ""}`}
                  <Button
                    size="compact-sm"
                    variant="light"
                    leftSection={<IconPencil size={14} />}
                    onClick={() => setSwitching(true)}
                    aria-label={texts.accountSwitch.title}
                  >
                    {words.change}
                  </Button>
                </Group>
              ),
              hint: `${words.modeHints[settings.account_mode]} ${words.origin[settings.own.account_mode === null ? "team" : "own"]}`,
            },
            {
              label: words.prefix,
              value: <code>{settings.account_prefix}</code>,
              hint: words.origin[settings.own.account_prefix === null ? "team" : "own"],
            },
            {
              label: words.codes,
              value: words.schemes[settings.code_scheme],
              hint: `${words.schemeHints[settings.code_scheme]} ${words.readOnly}`,
            },
            {
              label: words.offlineDays,
              value: (
                <Group gap="sm">
                  {words.days(settings.offline_days)}
                  <Button
                    size="compact-sm"
                    variant="light"
                    leftSection={<IconPencil size={14} />}
                    onClick={() => setChanging(true)}
                    aria-label={words.changeTitle}
                  >
                    {words.change}
                  </Button>
                </Group>
              ),
              hint: words.offlineDaysHint,
            },
            { label: words.longest, value: words.minutes(settings.longest_session_minutes), hint: words.readOnly },
            { label: words.sudo, value: words.sudoAsks[settings.sudo_asks], hint: words.readOnly },
          ]}
        />
        <Modal opened={changing} onClose={close} title={words.changeTitle}>
          <OfflineDaysForm key={tenant.etag} tenant={tenant} onClose={close} />
        </Modal>
        <AccountSwitchDialog tenant={tenant} wish={settings.own} opened={switching} onClose={() => setSwitching(false)} />
      </Panel>
    </Stacked>
  );
}

function OfflineDaysForm({ tenant, onClose }: { tenant: Versioned<Tenant>; onClose: () => void }) {
  const texts = useTexts();
  const words = texts.settingsOfCustomer;
  const say = useChangeSaying();
  const client = useQueryClient();
  const { data: team } = useQuery(teamQuery);
  const { id: tenant_id, settings } = tenant.value;
  const [days, setDays] = useState<number | string>(settings.offline_days);
  const valid = typeof days === "number" && Number.isInteger(days) && days >= 1 && days <= 90;
  const changing = useAct({
    act: (offline_days: number) =>
      body(
        api.PATCH("/tenants/{tenant_id}/settings", {
          params: { path: { tenant_id }, header: { "If-Match": tenant.etag } },
          body: { offline_days },
        }),
      ),
    touches: ["tenants", "changes"],
    says: ({ change }) => say(change),
    onDone: onClose,
  });
  const reload = () => {
    changing.reset();
    void client.invalidateQueries({ queryKey: ["tenants"] });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid && days !== settings.offline_days) changing.mutate(days);
  };
  const moreWords = team?.value.administrators === 1 ? words.moreAlone : words.more;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <NumberInput
          label={words.offlineDays}
          description={words.offlineDaysHint}
          value={days}
          onChange={setDays}
          min={1}
          max={90}
          allowDecimal={false}
          required
          data-autofocus
        />
        {valid && days !== settings.offline_days && (
          <Alert variant="light" color={days > settings.offline_days ? "yellow" : "gray"} icon={<IconUserCheck size={18} />}>
            <Text size="sm">{days > settings.offline_days ? moreWords : words.fewer}</Text>
          </Alert>
        )}
        <ProblemNotice error={changing.error} onRetry={reload} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={!valid || days === settings.offline_days} loading={changing.isPending}>
            {texts.common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
