import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconFingerprint, IconShieldLock } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { components } from "../../api/schema";
import type { SetUp } from "../../api/types";
import { Countdown } from "../../parts/moment";
import { ProblemNotice } from "../../parts/problem_notice";
import { isEmail, isName, isUsername, suggestUsername } from "../../parts/names";
import { useTexts } from "../../texts/texts";

export interface SetUpWords {
  label: string;
  owner: components["schemas"]["SetUpCompletion"]["owner"];
}

interface SetUpFormProps {
  setUp: SetUp;
  busy: boolean;
  error: unknown;
  onSubmit: (words: SetUpWords) => void;
}

export function SetUpForm({ setUp, busy, error, onSubmit }: SetUpFormProps) {
  const texts = useTexts();
  const asksOwner = setUp.kind === "owner";
  const [team, setTeam] = useState("");
  const [name, setName] = useState("");
  const [chosenUsername, setUsername] = useState<string | null>(null);
  const [email, setEmail] = useState("");
  const [label, setLabel] = useState(texts.setUp.passkeyDefault);
  const [tried, setTried] = useState(false);
  const username = chosenUsername ?? suggestUsername(name);
  const wrong = {
    team: asksOwner && !isName(team),
    name: asksOwner && !isName(name),
    username: asksOwner && !isUsername(username),
    email: asksOwner && email.trim() !== "" && !isEmail(email),
    label: !isName(label),
  };
  const fields = texts.problems.fields;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(wrong).some(Boolean)) return;
    const owner = asksOwner
      ? { name: name.trim(), username, email: email.trim() || null, team_name: team.trim() }
      : null;
    onSubmit({ label: label.trim(), owner });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {asksOwner ? (
          <>
            <TextInput
              label={texts.setUp.team}
              description={texts.setUp.teamHint}
              value={team}
              onChange={(event) => setTeam(event.currentTarget.value)}
              error={tried && wrong.team && fields.name}
              autoComplete="organization"
              autoFocus
              required
            />
            <TextInput
              label={texts.setUp.you}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={tried && wrong.name && fields.name}
              autoComplete="name"
              required
            />
            <TextInput
              label={texts.setUp.username}
              description={username === "" ? undefined : texts.setUp.usernameHint(`msp-${username}`)}
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
              error={tried && wrong.username && fields.username}
              autoComplete="off"
              spellCheck={false}
              required
            />
            <TextInput
              label={`${texts.setUp.email} (${texts.common.optional})`}
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={tried && wrong.email && fields.email}
              autoComplete="email"
            />
          </>
        ) : (
          <Text>{texts.setUp.invited(setUp.technician.name, setUp.technician.username)}</Text>
        )}
        <TextInput
          label={texts.setUp.passkeyLabel}
          description={texts.setUp.passkeyLabelHint}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          error={tried && wrong.label && fields.name}
          required
        />
        <Alert variant="light" color="harbour" icon={<IconShieldLock size={18} />} title={texts.setUp.why}>
          {texts.setUp.whyText}
        </Alert>
        <ProblemNotice error={error} />
        <Button type="submit" size="md" loading={busy} leftSection={<IconFingerprint size={20} />}>
          {texts.setUp.button}
        </Button>
        <Group gap={6} justify="center">
          <Text size="xs" c="dimmed">
            {texts.setUp.expires} <Countdown until={setUp.expires_at} over={texts.common.expired} />
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
