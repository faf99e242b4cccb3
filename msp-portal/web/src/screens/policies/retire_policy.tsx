import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle, IconBan } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, nothing } from "../../api/client";
import { effectOf, previewing } from "../../api/preview";
import { policiesQuery } from "../../api/queries";
import type { Policy } from "../../api/types";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { EffectPreview } from "../effect/effect_lines";
import { deviceWords, subjectsWords } from "./policy_words";

export function RetirePolicy({ policy }: { policy: Policy }) {
  const texts = useTexts();
  const words = texts.policies;
  const [opened, setOpened] = useState(false);
  const { data: policies } = useQuery({ ...policiesQuery, enabled: opened });
  const isLast = policies !== undefined && !policies.some(({ id, state }) => state === "active" && id !== policy.id);
  const params = { params: { path: { policy_id: policy.id } } };
  const retiring = useAct({
    act: () => nothing(api.POST("/policies/{policy_id}/retire", params)),
    touches: ["policies", "changes", "rights", "devices", "technicians"],
    says: () => words.retired,
    onDone: () => setOpened(false),
  });
  return (
    <>
      <Button
        variant="default"
        c="var(--mantine-color-error)"
        leftSection={<IconBan size={16} />}
        onClick={() => setOpened(true)}
      >
        {words.retire}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={words.retireTitle(policy.name)}
        cascade={words.retireCascade(subjectsWords(texts, policy), deviceWords(texts, policy))}
        confirm={words.retire}
        typedName={policy.name}
        busy={retiring.isPending}
        error={retiring.error}
        onConfirm={() => retiring.mutate()}
      >
        {opened && policy.state === "active" && (
          <EffectPreview about={["policy", policy.id]} ask={() => effectOf(api.POST("/policies/{policy_id}/retire", { ...params, headers: previewing }))} />
        )}
        {policy.state === "active" && isLast && (
          <Alert variant="light" color="red" icon={<IconAlertTriangle size={18} />}>
            {words.retireLast}
          </Alert>
        )}
      </ConfirmDialog>
    </>
  );
}
