import { Alert, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { changeEffectQuery, changeQuery, meQuery } from "../../api/queries";
import type { Change } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { Facts } from "../../parts/facts";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { readChange } from "./change_content";
import { changeTones, useSubjectWords } from "./change_rows";
import { DecideButtons } from "./decide_buttons";
import { Costs } from "../customers/tenant_codes";
import { EffectLines } from "../effect/effect_lines";
import { DifferenceTable } from "./difference_table";

export function RequestScreen() {
  const { id } = useParams({ from: "/inside/changes/$id" });
  return <Loaded query={useQuery(changeQuery(id))}>{(change) => <RequestPage key={id} change={change} />}</Loaded>;
}

/** Those that can change who may enter what. */
const reaches = new Set<string>(["right_grant", "technician_enable", "tenant_resume", "device_resume", "phone_pairing", "department_join", "device_group_join", "role_widen", "policy_activate"]);

function ChangeEffect({ changeId }: { changeId: string }) {
  const words = useTexts().effect;
  return (
    <Panel title={words.title}>
      <EffectLines query={useQuery(changeEffectQuery(changeId))} />
    </Panel>
  );
}

function RequestPage({ change }: { change: Change }) {
  const texts = useTexts();
  const words = texts.requests;
  const subjectWords = useSubjectWords();
  const { data: me } = useQuery(meQuery);
  const own = me?.technician.id === change.author.id;
  const content = readChange(change.payload);
  if (content === null) {
    return (
      <Page width="narrow" title={words.unreadableTitle} trail={<TextLink to="/changes">{words.title}</TextLink>}>
        <Alert color="orange" variant="light" icon={<IconAlertTriangle size={18} />}>
          {words.unreadable}
        </Alert>
      </Page>
    );
  }
  return (
    <Page
      width="narrow"
      title={`${words.kinds[content.kind]}: ${subjectWords(content)}`}
      trail={<TextLink to="/changes">{words.title}</TextLink>}
      lead={<StateBadge tone={changeTones[change.state]}>{words.states[change.state]}</StateBadge>}
    >
      <Panel title={words.difference}>
        <DifferenceTable change={content} />
      </Panel>
      {change.state === "pending" && reaches.has(content.kind) && <ChangeEffect changeId={change.id} />}
      {(content.kind === "tenant_code_scheme" || content.kind === "workstation_confirmation") && <Costs />}
      <Panel>
        <Facts
          facts={[
            { label: words.subject, value: <SubjectLink subject={content.subject} words={subjectWords(content)} /> },
            { label: words.author, value: change.author.name },
            { label: words.when, value: <Moment at={change.created_at} form="date" /> },
            ...(change.decided_at === null
              ? []
              : [
                  { label: words.decidedBy, value: change.decided_by?.name ?? "–" },
                  { label: words.decided, value: <Moment at={change.decided_at} form="date" /> },
                ]),
            ...(change.reason === null ? [] : [{ label: texts.common.reason, value: change.reason }]),
          ]}
        />
        {change.state === "applied_alone" && (
          <Text size="sm" c="dimmed" mt="md">
            {words.aloneHint}
          </Text>
        )}
      </Panel>
      {change.state === "pending" && (
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {own ? words.own : change.may_accept ? words.acceptHint : words.mayNot}
          </Text>
          <DecideButtons change={change} own={own} />
        </Stack>
      )}
    </Page>
  );
}

const pages = {
  technician: "/technicians/$id",
  department: "/departments/$id",
  tenant: "/customers/$id",
  device: "/devices/$id",
  device_group: "/device-groups/$id",
  policy: "/policies/$id",
} as const;

function SubjectLink({ subject, words }: { subject: Change["subject"]; words: string }) {
  const { kind, id } = subject;
  if (id === null || kind === "everyone") return words;
  if (kind === "role") {
    return (
      <TextLink to="/roles" search={{ role: id }}>
        {words}
      </TextLink>
    );
  }
  return (
    <TextLink to={pages[kind]} params={{ id }}>
      {words}
    </TextLink>
  );
}
