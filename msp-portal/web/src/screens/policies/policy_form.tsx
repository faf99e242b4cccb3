import { Button, Group, NumberInput, Radio, Select, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { teamQuery } from "../../api/queries";
import { Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { PolicyDevicesFields, PolicySubjectsFields } from "./policy_targets";
import { type PolicyWish, type WishTrouble, wishTroubles } from "./policy_wish";
import { TicketFields } from "./ticket_fields";
import { officeHours } from "./week";
import { WeekEditor } from "./week_editor";

interface PolicyFormProps {
  start: PolicyWish;
  busy: boolean;
  /** What went wrong with sending it. */
  problem: ReactNode;
  cancel: ReactNode;
  onSend: (wish: PolicyWish) => void;
}

const ends = ["end_session", "keep_until_logout"] as const;

export function PolicyForm({ start, busy, problem, cancel, onSend }: PolicyFormProps) {
  const texts = useTexts();
  const words = texts.policies.form;
  const { data: team } = useQuery(teamQuery);
  const [wish, setWish] = useState(start);
  const [tried, setTried] = useState(false);
  const troubles = wishTroubles(wish);
  const wrong = (trouble: WishTrouble) => (tried && troubles.has(trouble) ? texts.policies.wrong[trouble] : undefined);
  const change = (part: Partial<PolicyWish>) => setWish((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (troubles.size === 0) onSend(wish);
    // What is wrong may be far up the page; it is marked after this.
    else requestAnimationFrame(() => document.querySelector<HTMLElement>("form [aria-invalid=true]")?.focus());
  };
  const part = { wish, onChange: change, wrong };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <Basics {...part} />
        <Panel title={words.where}>
          <PolicyDevicesFields {...part} />
        </Panel>
        <Panel title={words.who} lead={words.needsRight}>
          <PolicySubjectsFields {...part} />
        </Panel>
        <Panel title={words.conditions}>
          <Conditions {...part} tried={tried} />
        </Panel>
        <Panel title={words.when}>
          <Validity {...part} />
        </Panel>
        {problem}
        <Group justify="flex-end">
          {cancel}
          <Button type="submit" loading={busy}>
            {team?.value.administrators === 1 ? words.activate : words.propose}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export interface FormPartProps {
  wish: PolicyWish;
  onChange: (part: Partial<PolicyWish>) => void;
  /** What to say about it, once somebody tried to send the form. */
  wrong: (trouble: WishTrouble) => string | undefined;
}

function Basics({ wish, onChange, wrong }: FormPartProps) {
  const texts = useTexts();
  const words = texts.policies.form;
  return (
    <Panel title={words.basics}>
      <Stack gap="md">
        <TextInput
          label={words.name}
          value={wish.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          error={wrong("name")}
          required
        />
        <Textarea
          label={`${words.description} (${texts.common.optional})`}
          description={words.descriptionHint}
          value={wish.description}
          onChange={(event) => onChange({ description: event.currentTarget.value })}
          error={wrong("description")}
          rows={2}
        />
      </Stack>
    </Panel>
  );
}

function Conditions({ wish, onChange, wrong, tried }: FormPartProps & { tried: boolean }) {
  const texts = useTexts();
  const words = texts.policies.form;
  return (
    <Stack gap="lg">
      <Stack gap="sm">
        <Radio.Group
          label={texts.policies.times}
          value={wish.anyTime ? "any" : "some"}
          onChange={(value) =>
            onChange({
              anyTime: value === "any",
              hours: value === "some" && wish.hours.length === 0 ? [officeHours] : wish.hours,
            })
          }
        >
          <Stack gap="xs" mt="xs">
            <Radio value="any" label={words.anyTime} />
            <Radio value="some" label={words.someTimes} />
          </Stack>
        </Radio.Group>
        {!wish.anyTime && <WeekEditor rows={wish.hours} onChange={(hours) => onChange({ hours })} tried={tried} />}
      </Stack>
      <TicketFields wish={wish} onChange={onChange} wrong={wrong} />
      <Switch
        label={words.reasonRequired}
        description={words.reasonHint}
        checked={wish.reasonRequired}
        onChange={(event) => onChange({ reasonRequired: event.currentTarget.checked })}
      />
      <NumberInput
        label={`${words.longest} (${texts.common.optional})`}
        description={words.longestHint}
        value={wish.longestMinutes}
        onChange={(longestMinutes) => onChange({ longestMinutes })}
        error={wrong("longest")}
        allowDecimal={false}
        allowNegative={false}
        maw="20rem"
      />
      <Select
        label={texts.policies.end}
        data={ends.map((value) => ({ value, label: texts.policies.ends[value] }))}
        value={wish.endBehaviour}
        onChange={(value) => {
          const end = ends.find((known) => known === value);
          if (end) onChange({ endBehaviour: end });
        }}
        allowDeselect={false}
        maw="20rem"
      />
    </Stack>
  );
}

function Validity({ wish, onChange, wrong }: FormPartProps) {
  const texts = useTexts();
  const words = texts.policies.form;
  return (
    <Group align="flex-start" gap="md">
      <TextInput
        type="datetime-local"
        label={`${texts.policies.validFrom} (${texts.common.optional})`}
        description={words.fromHint}
        value={wish.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        type="datetime-local"
        label={`${texts.policies.validUntil} (${texts.common.optional})`}
        description={words.untilHint}
        value={wish.until}
        onChange={(event) => onChange({ until: event.currentTarget.value })}
        error={wrong("until")}
      />
    </Group>
  );
}

