import { Button, Group } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import type { Versioned } from "../../api/client";
import type { Tenant } from "../../api/types";
import { Facts } from "../../parts/facts";
import { Panel, Stacked } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { AccountSwitchDialog } from "./account_switch_dialog";
import { AccountSwitchProgress } from "./account_switch_progress";
import { HomesDialog } from "./homes_dialog";
import { LimitDialog, type LimitName } from "./limit_dialog";
import { TenantCodesPanel } from "./tenant_codes";

export function CustomerSettings({ tenant }: { tenant: Versioned<Tenant> }) {
  const texts = useTexts();
  const words = texts.settingsOfCustomer;
  const [changing, setChanging] = useState<LimitName | "homes" | null>(null);
  const [switching, setSwitching] = useState(false);
  const { settings } = tenant.value;
  const close = () => setChanging(null);
  const changer = (setting: LimitName | "homes", value: string, title: string) => (
    <Group gap="sm">
      {value}
      <Button
        size="compact-sm"
        variant="light"
        leftSection={<IconPencil size={14} />}
        onClick={() => setChanging(setting)}
        aria-label={title}
      >
        {words.change}
      </Button>
    </Group>
  );
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
              value: (
                <Group gap="sm">
                  {words.schemes[settings.code_scheme]}
                  <Button
                    size="compact-sm"
                    variant="light"
                    leftSection={<IconPencil size={14} />}
                    onClick={() => setSwitching(true)}
                    aria-label={texts.accountSwitch.changeCodes}
                  >
                    {words.change}
                  </Button>
                </Group>
              ),
              hint: words.schemeHints[settings.code_scheme],
            },
            {
              label: words.offlineDays,
              value: changer("offline_days", words.days(settings.offline_days), words.changeTitle),
              hint: words.offlineDaysHint,
            },
            {
              label: words.longest,
              value: changer("longest_session_minutes", words.minutes(settings.longest_session_minutes), words.longestTitle),
              hint: words.longestHint,
            },
            {
              label: words.homes,
              value: changer("homes", words.homesAre[settings.homes], words.homesTitle),
              hint: words.homesHints[settings.homes],
            },
            { label: words.sudo, value: words.sudoAsks[settings.sudo_asks], hint: words.readOnly },
          ]}
        />
        <LimitDialog tenant={tenant} limit="offline_days" opened={changing === "offline_days"} onClose={close} />
        <LimitDialog
          tenant={tenant}
          limit="longest_session_minutes"
          opened={changing === "longest_session_minutes"}
          onClose={close}
        />
        <HomesDialog tenant={tenant} opened={changing === "homes"} onClose={close} />
        <AccountSwitchDialog
          tenant={tenant}
          wish={{ ...settings.own, code_scheme: settings.code_scheme }}
          opened={switching}
          onClose={() => setSwitching(false)}
        />
      </Panel>
      {settings.code_scheme === "per_tenant" && <TenantCodesPanel tenantId={tenant.value.id} />}
    </Stacked>
  );
}
