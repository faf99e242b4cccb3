import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, nothing } from "../../api/client";
import { sessionsQuery, technicianQuery } from "../../api/queries";
import type { Me, Passkey } from "../../api/types";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { Loaded } from "../../parts/loaded";
import { Panel } from "../../parts/page";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { PasskeyRows } from "../technicians/passkey_rows";
import { SetUpLinkMaker } from "../technicians/passkeys_panel";

/** What opens this portal as this person: one more, or one less, but never none. */
export function OwnPasskeys({ me }: { me: Me }) {
  const texts = useTexts();
  const words = texts.settings;
  const own = useQuery(technicianQuery(me.technician.id));
  const { data: sessions } = useQuery(sessionsQuery);
  const [leaving, setLeaving] = useState<Passkey | null>(null);
  const usedNow = sessions?.find(({ current }) => current)?.passkey.id;
  const removing = useAct({
    act: (id: string) => nothing(api.DELETE("/me/passkeys/{passkey_id}", { params: { path: { passkey_id: id } } })),
    touches: ["technicians", "changes", "sessions"],
    says: () => words.passkeyRemoved,
    onDone: () => setLeaving(null),
  });
  return (
    <Panel title={words.passkeys}>
      <Loaded query={own}>
        {({ value: { passkeys } }) => {
          const working = passkeys.filter(({ state }) => state === "active").length;
          return (
            <PasskeyRows
              passkeys={passkeys}
              action={(passkey) =>
                (working > 1 || passkey.state !== "active") && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={words.removePasskeyNamed(passkey.label)}
                    onClick={() => setLeaving(passkey)}
                  >
                    {words.removePasskey}
                  </Button>
                )
              }
            />
          );
        }}
      </Loaded>
      <SetUpLinkMaker technicianId={me.technician.id} button={words.addPasskey} lead={words.passkeysLead} />
      <ConfirmDialog
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={words.removePasskeyTitle(leaving?.label ?? "")}
        cascade={leaving?.id === usedNow ? [...words.removePasskeyCascade, words.removePasskeyHere] : words.removePasskeyCascade}
        confirm={words.removePasskey}
        busy={removing.isPending}
        error={removing.error}
        onConfirm={() => leaving && removing.mutate(leaving.id)}
      />
    </Panel>
  );
}
