import { Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, nothing, type Versioned } from "../../api/client";
import type { Team } from "../../api/types";
import { Facts } from "../../parts/facts";
import { isName, isPrefix } from "../../parts/names";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";

export function TeamForm({ team }: { team: Versioned<Team> }) {
  const texts = useTexts();
  const words = texts.settings;
  const client = useQueryClient();
  const { value } = team;
  const [name, setName] = useState(value.name);
  const [prefix, setPrefix] = useState(value.account_prefix);
  const [mode, setMode] = useState(value.account_mode);
  const saving = useAct({
    act: () =>
      nothing(
        api.PATCH("/team", {
          params: { header: { "If-Match": team.etag } },
          body: { name: name.trim(), account_prefix: prefix, account_mode: mode },
        }),
      ),
    touches: ["team", "me", "tenants", "devices", "technicians"],
    says: () => words.saved,
  });
  const reload = () => {
    saving.reset();
    void client.invalidateQueries({ queryKey: ["team"] });
  };
  const changed = name.trim() !== value.name || prefix !== value.account_prefix || mode !== value.account_mode;
  const valid = isName(name) && isPrefix(prefix);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed && valid) saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={!isName(name) && texts.problems.fields.name}
        />
        <TextInput
          label={words.prefix}
          description={words.prefixHint(prefix)}
          value={prefix}
          onChange={(event) => setPrefix(event.currentTarget.value)}
          error={!isPrefix(prefix) && texts.problems.fields.account_prefix}
          spellCheck={false}
        />
        <NativeSelect
          label={words.mode}
          description={words.modeHint}
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value === "shared" ? "shared" : "named")}
          data={[
            { value: "named", label: texts.settingsOfCustomer.modes.named },
            { value: "shared", label: texts.settingsOfCustomer.modes.shared },
          ]}
        />
        <ProblemNotice error={saving.error} onRetry={reload} />
        <Group>
          <Button type="submit" size="sm" disabled={!changed || !valid} loading={saving.isPending}>
            {texts.common.save}
          </Button>
        </Group>
        <Facts
          facts={[
            { label: words.owner, value: value.owner.name },
            {
              label: words.administrators,
              value: value.administrators,
              hint: words.administratorsHint(value.administrators),
            },
          ]}
        />
      </Stack>
    </form>
  );
}
