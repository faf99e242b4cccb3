import { Button } from "@mantine/core";
import { IconDeviceMobile } from "@tabler/icons-react";
import { useState } from "react";
import { api, body } from "../../api/client";
import type { PairingLink, Technician } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import small from "../../parts/small.module.css";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { PairingDialog } from "./pairing_dialog";
import styles from "./technicians.module.css";

export function PhonesPanel({ technician }: { technician: Technician }) {
  const texts = useTexts();
  const words = texts.technicians;
  const [resetting, setResetting] = useState(false);
  const [pairing, setPairing] = useState<PairingLink | null>(null);
  const params = { path: { technician_id: technician.id } };
  const reset = useAct({
    act: () => body(api.POST("/technicians/{technician_id}/reset-phone", { params })),
    touches: ["technicians"],
    onDone: (link) => {
      setResetting(false);
      setPairing(link);
    },
  });
  const adding = useAct({
    act: () => body(api.POST("/technicians/{technician_id}/pairing-link", { params })),
    touches: ["technicians"],
    onDone: setPairing,
    errors: "toast",
  });
  const { phones, state, status, name } = technician;
  return (
    <Panel title={words.phones} lead={phones.length === 0 ? words.phonesNone : words.phonesLead}>
      <ul className={`${small.plain} ${small.rows}`}>
        {phones.map((phone) => (
          <li key={phone.id} className={styles.key}>
            <IconDeviceMobile size={20} stroke={1.6} aria-hidden="true" />
            <div className={styles.keyText}>
              <strong>{phone.label}</strong>
              <span className={small.hint}>
                {words.strengths[phone.strength]} · {words.used} <Moment at={phone.last_used_at} />
              </span>
            </div>
            <StateBadge tone={phone.state === "active" ? "good" : "wait"}>{words.phoneStates[phone.state]}</StateBadge>
          </li>
        ))}
      </ul>
      {state === "activated" && status === "active" && (
        <div className={styles.buttons}>
          {phones.length < 2 && (
            <Button size="sm" variant="light" loading={adding.isPending} onClick={() => adding.mutate()}>
              {words.addPhone}
            </Button>
          )}
          {phones.length > 0 && (
            <Button size="sm" variant="default" onClick={() => setResetting(true)}>
              {words.resetPhone}
            </Button>
          )}
        </div>
      )}
      <ConfirmDialog
        opened={resetting}
        onClose={() => setResetting(false)}
        title={words.resetTitle(name)}
        cascade={words.resetCascade(phones.length)}
        confirm={words.resetPhone}
        typedName={name}
        busy={reset.isPending}
        error={reset.error}
        onConfirm={() => reset.mutate()}
      />
      <PairingDialog name={name} pairing={pairing} onClose={() => setPairing(null)} />
    </Panel>
  );
}
