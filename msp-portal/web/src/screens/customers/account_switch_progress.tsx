import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Versioned } from "../../api/client";
import { accountSwitchQuery } from "../../api/queries";
import type { AccountSwitch, Tenant } from "../../api/types";
import { StateBadge, type Tone } from "../../parts/badge";
import { TextLink } from "../../parts/links";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import styles from "./account_switch.module.css";
import { AccountSwitchDialog } from "./account_switch_dialog";

type Workstation = AccountSwitch["workstations"][number];

const tones: Record<Workstation["progress"], Tone> = {
  waiting: "quiet",
  following: "wait",
  still_open: "wait",
  conflict: "bad",
  done: "good",
};

/** How far the last switch has come on each workstation, live, and the way back. Nothing where there was none. */
export function AccountSwitchProgress({ tenant }: { tenant: Versioned<Tenant> }) {
  const words = useTexts().accountSwitch;
  const [takingBack, setTakingBack] = useState(false);
  const { data } = useQuery(accountSwitchQuery(tenant.value.id));
  if (!data?.last) return null;
  const { last, workstations } = data;
  const done = workstations.filter(({ progress }) => progress === "done").length;
  return (
    <Panel
      title={words.progress}
      lead={
        <>
          {words.by(last.by.name)} <Moment at={last.at} />
        </>
      }
      actions={
        <Button size="compact-sm" variant="light" onClick={() => setTakingBack(true)}>
          {words.takeBack}
        </Button>
      }
    >
      <Text size="sm" fw={600} role="status">
        {words.doneOf(done, workstations.length)}
      </Text>
      <ul className={styles.workstations}>
        {workstations.map((workstation) => (
          <WorkstationRow key={workstation.id} workstation={workstation} />
        ))}
      </ul>
      <AccountSwitchDialog tenant={tenant} wish={{ ...last.before, code_scheme: last.code_scheme_before }} opened={takingBack} onClose={() => setTakingBack(false)} />
    </Panel>
  );
}

function WorkstationRow({ workstation }: { workstation: Workstation }) {
  const words = useTexts().accountSwitch;
  const { id, name, progress, open_accounts } = workstation;
  return (
    <li>
      <TextLink to="/devices/$id" params={{ id }}>
        {name}
      </TextLink>
      <StateBadge tone={tones[progress]}>{words.states[progress]}</StateBadge>
      <span className={styles.remark}>{words.remarks[progress](open_accounts.join(", "))}</span>
    </li>
  );
}
