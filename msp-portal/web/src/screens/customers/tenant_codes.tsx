import { Alert, Button, Group, Radio, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconQrcode, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../../api/client";
import { tenantCodesQuery } from "../../api/queries";
import type { TenantCodes } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { Facts } from "../../parts/facts";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import styles from "./account_switch.module.css";
import { SecretOnceDialog } from "./secret_once_dialog";

const mostAtOnce = 30;

/** The codes of a customer with one secret for all: what they cost, which workstations have them, and a new secret. */
export function TenantCodesPanel({ tenantId }: { tenantId: string }) {
  const words = useTexts().tenantCodes;
  return (
    <Panel title={words.title}>
      <Loaded query={useQuery(tenantCodesQuery(tenantId))}>{(codes) => <Codes tenantId={tenantId} codes={codes} />}</Loaded>
    </Panel>
  );
}

function Codes({ tenantId, codes }: { tenantId: string; codes: TenantCodes }) {
  const words = useTexts().tenantCodes;
  const [showing, setShowing] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const [current, old] = codes.secrets;
  if (!current) return <Text size="sm">{words.none}</Text>;
  return (
    <Stack gap="md">
      <Costs />
      <Facts
        facts={[
          {
            label: words.keyId,
            value: (
              <>
                <code>{current.key_id}</code>, {words.since} <Moment at={current.made_at} />
              </>
            ),
            hint: words.keyIdHint,
          },
          ...(old?.ends_at
            ? [
                {
                  label: words.oldKeyId,
                  value: (
                    <>
                      <code>{old.key_id}</code>, {words.until} <Moment at={old.ends_at} />
                    </>
                  ),
                  hint: words.oldKeyIdHint,
                },
              ]
            : []),
          {
            label: words.readings(codes.readings.length),
            value:
              codes.readings.length === 0
                ? words.nobodyRead
                : codes.readings.map(({ technician, at }) => (
                    <div key={technician.id}>
                      {technician.name}, <Moment at={at} />
                    </div>
                  )),
            hint: words.readingsHint,
          },
        ]}
      />
      <Group gap="sm">
        <Button size="compact-sm" variant="light" leftSection={<IconQrcode size={14} />} disabled={codes.may_read !== "yes"} onClick={() => setShowing(true)}>
          {words.show}
        </Button>
        <Button size="compact-sm" variant="light" leftSection={<IconRefresh size={14} />} onClick={() => setReplacing(true)}>
          {words.replace}
        </Button>
      </Group>
      {codes.may_read !== "yes" && (
        <Text size="xs" c="dimmed">
          {words.mayNotRead[codes.may_read]}
        </Text>
      )}
      <Workstations tenantId={tenantId} codes={codes} />
      <SecretOnceDialog key={current.key_id} tenantId={tenantId} keyId={current.key_id} opened={showing} onClose={() => setShowing(false)} />
      <ReplaceDialog tenantId={tenantId} hours={codes.overlap_hours} opened={replacing} onClose={() => setReplacing(false)} />
    </Stack>
  );
}

/** Said wherever somebody decides for it or lives with it. */
export function Costs() {
  const words = useTexts().tenantCodes;
  return (
    <Alert variant="light" color="yellow" icon={<IconAlertTriangle size={18} />} title={words.costsTitle}>
      <ul className={styles.costs}>
        {words.costs.map((cost) => (
          <li key={cost}>{cost}</li>
        ))}
      </ul>
      <Text size="sm">{words.recommended}</Text>
    </Alert>
  );
}

function Workstations({ tenantId, codes }: { tenantId: string; codes: TenantCodes }) {
  const words = useTexts().tenantCodes;
  const say = useChangeSaying();
  const waiting = codes.workstations.filter(({ confirmed }) => !confirmed);
  const confirming = useAct({
    act: (device_ids: string[]) =>
      body(api.POST("/tenants/{tenant_id}/codes/confirmations", { params: { path: { tenant_id: tenantId } }, body: { device_ids } })),
    touches: ["tenants", "devices", "changes"],
    says: ({ change }) => say(change),
    errors: "toast",
  });
  if (codes.workstations.length === 0) return <Text size="sm">{words.noWorkstations}</Text>;
  return (
    <section aria-label={words.workstations}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" fw={600}>
          {words.confirmedOf(codes.workstations.length - waiting.length, codes.workstations.length)}
        </Text>
        {waiting.length > 1 && (
          <Button size="compact-sm" loading={confirming.isPending} onClick={() => confirming.mutate(waiting.slice(0, mostAtOnce).map(({ id }) => id))}>
            {words.confirmMany(Math.min(waiting.length, mostAtOnce))}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {words.confirmHint}
      </Text>
      <ul className={styles.workstations}>
        {codes.workstations.map(({ id, name, confirmed }) => (
          <li key={id}>
            <TextLink to="/devices/$id" params={{ id }}>
              {name}
            </TextLink>
            <StateBadge tone={confirmed ? "good" : "quiet"}>{confirmed ? words.confirmed : words.notConfirmed}</StateBadge>
            {!confirmed && (
              <Button size="compact-xs" variant="light" onClick={() => confirming.mutate([id])} aria-label={words.confirmOne(name)}>
                {words.confirm}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ReplaceDialog({ tenantId, hours, opened, onClose }: { tenantId: string; hours: number; opened: boolean; onClose: () => void }) {
  const words = useTexts().tenantCodes;
  const [how, setHow] = useState<string>("overlap");
  const replacing = useAct({
    act: () =>
      body(
        api.POST("/tenants/{tenant_id}/codes/replace", {
          params: { path: { tenant_id: tenantId } },
          body: { at_once: how === "at_once" },
        }),
      ),
    touches: ["tenants"],
    says: () => words.replaced,
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={words.replaceTitle}
      cascade={how === "at_once" ? words.replaceAtOnce : words.replaceOverlap(hours)}
      confirm={words.replace}
      busy={replacing.isPending}
      error={replacing.error}
      onConfirm={() => replacing.mutate()}
    >
      <Radio.Group label={words.oldSecret} value={how} onChange={setHow}>
        <Stack gap="xs" mt="xs">
          <Radio value="overlap" label={words.overlap(hours)} />
          <Radio value="at_once" label={words.atOnce} />
        </Stack>
      </Radio.Group>
    </ConfirmDialog>
  );
}
