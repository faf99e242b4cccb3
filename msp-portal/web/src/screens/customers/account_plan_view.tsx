import { Text } from "@mantine/core";
import type { AccountPlan, PlannedAccount } from "../../api/types";
import { Facts } from "../../parts/facts";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";
import styles from "./account_switch.module.css";

/** What applying would do, before it does. */
export function AccountPlanView({ plan }: { plan: AccountPlan }) {
  const texts = useTexts();
  const words = texts.accountSwitch;
  const busy = plan.workstations.filter(({ sessions }) => sessions > 0);
  const away = plan.workstations.filter(({ connected }) => !connected);
  const { before, after } = plan;
  const codes = before.code_scheme === after.code_scheme ? "same" : after.code_scheme;
  if (plan.locked.length === 0 && plan.made.length === 0 && codes === "same") return <Text size="sm">{words.nothingChanges}</Text>;
  return (
    <section className={styles.plan} aria-label={words.plan}>
      <Facts
        facts={[
          { label: words.locked(plan.locked.length), value: <Accounts accounts={plan.locked} />, hint: words.lockedHint },
          { label: words.made(plan.made.length), value: <Accounts accounts={plan.made} />, hint: words.madeHint },
          { label: words.codes, value: words.codesThen[codes] },
          {
            label: words.sessions,
            value:
              busy.length === 0
                ? words.noSession
                : busy.map(({ id, name, sessions }) => <div key={id}>{words.sessionsOn(name, sessions)}</div>),
            hint: busy.length === 0 ? undefined : words.sessionsHint,
          },
          {
            label: words.away,
            value:
              away.length === 0
                ? words.nobodyAway
                : away.map(({ id, name, last_seen_at }) => (
                    <div key={id}>
                      {name}, {words.lastSeen} <Moment at={last_seen_at} />
                    </div>
                  )),
            hint: away.length === 0 ? undefined : words.awayHint,
          },
        ]}
      />
    </section>
  );
}

function Accounts({ accounts }: { accounts: readonly PlannedAccount[] }) {
  const { everybody, none } = useTexts().accountSwitch;
  if (accounts.length === 0) return <>{none}</>;
  return accounts.map(({ name, technician }) => (
    <div key={name}>
      <code>{name}</code> · {technician?.name ?? everybody}
    </div>
  ));
}
