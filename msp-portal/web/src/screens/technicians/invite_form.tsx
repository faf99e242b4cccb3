import { Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "../../api/client";
import { meQuery, rolesQuery, teamQuery } from "../../api/queries";
import type { InvitationResult } from "../../api/types";
import { isEmail, isName, isUsername, suggestUsername } from "../../parts/names";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { fitsPurpose, ObjectChooser, type ObjectChoice, objectOf } from "../rights/object_chooser";

interface InviteFormProps {
  onClose: () => void;
  onInvited: (result: InvitationResult) => void;
}

export function InviteForm({ onClose, onInvited }: InviteFormProps) {
  const texts = useTexts();
  const words = texts.technicians;
  const { data: me } = useQuery(meQuery);
  const { data: team } = useQuery(teamQuery);
  const { data: roles = [] } = useQuery(rolesQuery);
  const [name, setName] = useState("");
  const [chosenUsername, setUsername] = useState<string | null>(null);
  const [email, setEmail] = useState("");
  const [giving, setGiving] = useState(false);
  const [choice, setChoice] = useState<ObjectChoice>({ kind: "all_devices", id: null });
  const [tried, setTried] = useState(false);
  const username = chosenUsername ?? suggestUsername(name);
  const object = objectOf(choice);
  // The one with all permissions: another is chosen on the page of the technician.
  const role = roles.find(({ system, purpose }) => system && fitsPurpose(choice, purpose));
  const wrong = {
    name: !isName(name),
    username: !isUsername(username),
    email: email.trim() !== "" && !isEmail(email),
    right: giving && (object === null || role === undefined),
  };
  const inviting = useAct({
    act: () =>
      body(
        api.POST("/technicians", {
          body: {
            name: name.trim(),
            username,
            email: email.trim() || null,
            rights: giving && object && role ? [{ object, role_id: role.id, valid_from: null, valid_until: null }] : [],
          },
        }),
      ),
    touches: ["technicians", "rights", "changes"],
    onDone: onInvited,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!Object.values(wrong).some(Boolean)) inviting.mutate();
  };
  const fields = texts.problems.fields;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {words.inviteLead}
        </Text>
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={tried && wrong.name && fields.name}
          required
          data-autofocus
        />
        <TextInput
          label={words.username}
          description={words.usernameHint(`${team?.value.account_prefix ?? ""}${username}`)}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          error={tried && wrong.username && fields.username}
          spellCheck={false}
          autoComplete="off"
          required
        />
        <TextInput
          label={`${words.email} (${texts.common.optional})`}
          description={words.emailHint(me?.mail ?? false)}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={tried && wrong.email && fields.email}
        />
        <Checkbox
          label={words.giveRight}
          description={words.giveRightHint}
          checked={giving}
          onChange={(event) => setGiving(event.currentTarget.checked)}
        />
        {giving && <ObjectChooser choice={choice} onChange={setChoice} access="devices" />}
        <ProblemNotice error={inviting.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" loading={inviting.isPending}>
            {words.send}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
