import { Button, Group, Modal, Radio, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body, type Versioned } from "../../api/client";
import { accountPlanQuery, teamQuery } from "../../api/queries";
import type { AccountSwitchWish, Tenant } from "../../api/types";
import { Loaded } from "../../parts/loaded";
import { isPrefix } from "../../parts/names";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { AccountPlanView } from "./account_plan_view";
import { Costs } from "./tenant_codes";

interface AccountSwitchDialogProps {
  tenant: Versioned<Tenant>;
  /** What the form starts with: the present wish, or the one before, to take a switch back. */
  wish: AccountSwitchWish;
  opened: boolean;
  onClose: () => void;
}

/** Which accounts and codes a customer has: what is chosen shows its plan at once, and only then can be applied. */
export function AccountSwitchDialog({ tenant, wish, opened, onClose }: AccountSwitchDialogProps) {
  const { title } = useTexts().accountSwitch;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      <AccountSwitchForm key={tenant.etag} tenant={tenant} start={wish} onClose={onClose} />
    </Modal>
  );
}

const inherited = "inherited";
const isScheme = (text: string): text is "per_machine" | "per_tenant" => text === "per_machine" || text === "per_tenant";
const isMode = (text: string): text is "named" | "shared" => text === "named" || text === "shared";

function AccountSwitchForm({ tenant, start, onClose }: { tenant: Versioned<Tenant>; start: AccountSwitchWish; onClose: () => void }) {
  const texts = useTexts();
  const words = texts.accountSwitch;
  const { modes, schemes, schemeHints } = texts.settingsOfCustomer;
  const say = useChangeSaying();
  const client = useQueryClient();
  const { data: team } = useQuery(teamQuery);
  const { id: tenant_id, settings } = tenant.value;
  const [mode, setMode] = useState<string>(start.account_mode ?? inherited);
  const [prefix, setPrefix] = useState(start.account_prefix);
  const [scheme, setScheme] = useState<string>(start.code_scheme ?? settings.code_scheme);
  const valid = prefix === null || isPrefix(prefix);
  const code_scheme = isScheme(scheme) ? scheme : settings.code_scheme;
  const wish: AccountSwitchWish = { account_mode: isMode(mode) ? mode : null, account_prefix: prefix, code_scheme };
  const otherAccounts = wish.account_mode !== settings.own.account_mode || wish.account_prefix !== settings.own.account_prefix;
  const changed = otherAccounts || code_scheme !== settings.code_scheme;
  const weaker = code_scheme === "per_tenant" && settings.code_scheme === "per_machine";
  const plan = useQuery({ ...accountPlanQuery(tenant_id, wish), enabled: valid && changed });
  const applying = useAct({
    act: () =>
      body(
        api.PUT("/tenants/{tenant_id}/accounts", {
          params: { path: { tenant_id }, header: { "If-Match": tenant.etag } },
          body: wish,
        }),
      ),
    touches: ["tenants", "devices", "changes"],
    says: ({ change }) => (change === null ? words.applied : say(change)),
    onDone: onClose,
  });
  const reload = () => {
    applying.reset();
    void client.invalidateQueries({ queryKey: ["tenants"] });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed && valid && plan.data) applying.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Radio.Group label={texts.settingsOfCustomer.account} value={mode} onChange={setMode}>
          <Stack gap="xs" mt="xs">
            <Radio value={inherited} label={words.asTeam(modes[team?.value.account_mode ?? "named"])} data-autofocus />
            <Radio value="named" label={modes.named} description={texts.settingsOfCustomer.modeHints.named} />
            <Radio value="shared" label={modes.shared} description={texts.settingsOfCustomer.modeHints.shared} />
          </Stack>
        </Radio.Group>
        <Switch
          label={words.ownPrefix}
          checked={prefix !== null}
          onChange={(event) => setPrefix(event.currentTarget.checked ? settings.account_prefix : null)}
        />
        {prefix !== null && (
          <TextInput
            label={texts.settingsOfCustomer.prefix}
            value={prefix}
            onChange={(event) => setPrefix(event.currentTarget.value)}
            error={!valid && texts.problems.fields.account_prefix}
            spellCheck={false}
          />
        )}
        <Radio.Group label={texts.settingsOfCustomer.codes} value={scheme} onChange={setScheme}>
          <Stack gap="xs" mt="xs">
            <Radio value="per_machine" label={words.recommended(schemes.per_machine)} description={schemeHints.per_machine} />
            <Radio value="per_tenant" label={schemes.per_tenant} description={schemeHints.per_tenant} />
          </Stack>
        </Radio.Group>
        {weaker && <Costs />}
        {weaker && <Text size="sm">{team?.value.administrators === 1 ? words.weakerAlone : words.weaker}</Text>}
        {valid && changed && <Loaded query={plan}>{(value) => <AccountPlanView plan={value} />}</Loaded>}
        <ProblemNotice error={applying.error} onRetry={reload} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={!changed || !valid || !plan.data} loading={applying.isPending}>
            {words.apply}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
