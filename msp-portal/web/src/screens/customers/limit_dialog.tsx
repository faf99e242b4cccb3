import { Alert, Button, Group, Modal, NumberInput, Stack, Text } from "@mantine/core";
import { IconUserCheck } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body, type Versioned } from "../../api/client";
import { teamQuery } from "../../api/queries";
import type { Tenant } from "../../api/types";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";

/** A number that one administrator lowers, at once, and two raise. */
export type LimitName = "offline_days" | "longest_session_minutes";

const most = { offline_days: 90, longest_session_minutes: 1440 } as const;

interface LimitDialogProps {
  tenant: Versioned<Tenant>;
  limit: LimitName;
  opened: boolean;
  onClose: () => void;
}

export function LimitDialog({ tenant, limit, opened, onClose }: LimitDialogProps) {
  const words = useTexts().settingsOfCustomer;
  const title = { offline_days: words.changeTitle, longest_session_minutes: words.longestTitle }[limit];
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <LimitForm key={tenant.etag} tenant={tenant} limit={limit} onClose={onClose} />
    </Modal>
  );
}

function LimitForm({ tenant, limit, onClose }: Omit<LimitDialogProps, "opened">) {
  const texts = useTexts();
  const words = texts.settingsOfCustomer;
  const say = useChangeSaying();
  const client = useQueryClient();
  const { data: team } = useQuery(teamQuery);
  const { id: tenant_id, settings } = tenant.value;
  const present = settings[limit];
  const [number, setNumber] = useState<number | string>(present);
  const valid = typeof number === "number" && Number.isInteger(number) && number >= 1 && number <= most[limit];
  const changing = useAct({
    act: (wanted: number) =>
      body(
        api.PATCH("/tenants/{tenant_id}/settings", {
          params: { path: { tenant_id }, header: { "If-Match": tenant.etag } },
          body: { [limit]: wanted },
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
    if (valid && number !== present) changing.mutate(number);
  };
  const isAlone = team?.value.administrators === 1;
  const [label, hint, more, less] = {
    offline_days: [words.offlineDays, words.offlineDaysHint, isAlone ? words.moreAlone : words.more, words.fewer] as const,
    longest_session_minutes: [
      words.longestMinutes,
      words.longestHint,
      isAlone ? words.longerAlone : words.longer,
      words.briefer,
    ] as const,
  }[limit];
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <NumberInput
          label={label}
          description={hint}
          value={number}
          onChange={setNumber}
          min={1}
          max={most[limit]}
          allowDecimal={false}
          required
          data-autofocus
        />
        {valid && number !== present && (
          <Alert variant="light" color={number > present ? "yellow" : "gray"} icon={<IconUserCheck size={18} />}>
            <Text size="sm">{number > present ? more : less}</Text>
          </Alert>
        )}
        <ProblemNotice error={changing.error} onRetry={reload} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={!valid || number === present} loading={changing.isPending}>
            {texts.common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
