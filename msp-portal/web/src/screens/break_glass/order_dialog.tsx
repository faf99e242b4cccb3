import { Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "../../api/client";
import { custodiansQuery } from "../../api/queries";
import type { Device } from "../../api/types";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { TextLink } from "../../parts/links";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";

interface OrderDialogProps {
  device: Device;
  replaces: boolean;
  opened: boolean;
  onClose: () => void;
}

/** Two administrators get a half each of a new code. */
export function OrderDialog({ device, replaces, opened, onClose }: OrderDialogProps) {
  const words = useTexts().breakGlass;
  const { data: custodians = [] } = useQuery({ ...custodiansQuery, enabled: opened });
  const [chosen, setChosen] = useState<(string | null)[]>([null, null]);
  const [first = null, second = null] = chosen;
  const ordering = useAct({
    act: () =>
      body(
        api.POST("/devices/{device_id}/break-glass", {
          params: { path: { device_id: device.id } },
          body: { custodian_ids: [first ?? "", second ?? ""] },
        }),
      ),
    touches: ["devices"],
    says: () => words.ordered,
    onDone: onClose,
  });
  const options = custodians.map(({ technician }) => ({ value: technician.id, label: technician.name }));
  const enough = options.length > 1;
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={words.makeTitle(device.name)}
      cascade={replaces ? [words.replacesOld, ...words.cascade] : words.cascade}
      confirm={words.makeConfirm}
      ready={first !== null && second !== null && first !== second}
      busy={ordering.isPending}
      error={ordering.error}
      onConfirm={() => ordering.mutate(undefined)}
    >
      {enough ? (
        <Stack gap="sm">
          {[words.first, words.second].map((label, index) => (
            <Select
              key={label}
              label={label}
              data={options.filter(({ value }) => value !== chosen[1 - index])}
              value={chosen[index] ?? null}
              onChange={(value) => setChosen(chosen.map((before, at) => (at === index ? value : before)))}
              allowDeselect={false}
            />
          ))}
        </Stack>
      ) : (
        <Text size="sm">
          {words.tooFew} <TextLink to="/settings">{words.toSettings}</TextLink>
        </Text>
      )}
    </ConfirmDialog>
  );
}
