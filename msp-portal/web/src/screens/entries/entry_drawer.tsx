import { Drawer, List, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { Entry, Right } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { type Fact, Facts } from "../../parts/facts";
import { TextLink } from "../../parts/links";
import { Moment } from "../../parts/moment";
import type { Texts } from "../../texts/en";
import { useTexts } from "../../texts/texts";
import { objectWords, originWords } from "../rights/right_words";
import { answerTones, OfflineWords } from "./entry_words";

/** Why somebody may enter a workstation, or what is missing. */
export function EntryDrawer({ entry, onClose }: { entry: Entry | null; onClose: () => void }) {
  const words = useTexts().entries;
  const title = entry ? words.explain(entry.technician.name, entry.device.name) : words.columns.why;
  return (
    <Drawer opened={entry !== null} onClose={onClose} title={title}>
      {entry && <Explained entry={entry} />}
    </Drawer>
  );
}

function Explained({ entry }: { entry: Entry }) {
  const texts = useTexts();
  const words = texts.entries;
  const { answer, technician, device, account, offline, rights, policies } = entry;
  return (
    <Stack gap="md">
      <div>
        <StateBadge tone={answerTones[answer]}>{words.answers[answer]}</StateBadge>
      </div>
      <Text>{words.sentences[answer](technician.name, device.name, account)}</Text>
      <Facts facts={facts(texts, entry)} />
      {answer !== "refused" && !offline.up_to_date && (
        <Text size="sm" c="dimmed">
          {words.behind}
        </Text>
      )}
      <Part title={words.rights} none={words.rightsNone} items={rights} line={(right) => <RightLine right={right} />} />
      <Part
        title={words.policies}
        none={words.policiesNone}
        items={policies}
        line={({ policy, missing }) => (
          <>
            <TextLink to="/policies/$id" params={{ id: policy.id }} underline="always">
              {policy.name}
            </TextLink>
            : {missing === null ? words.holds : words.missing[missing]}
          </>
        )}
      />
    </Stack>
  );
}

function facts(texts: Texts, entry: Entry): Fact[] {
  const words = texts.entries;
  const { answer, missing, online, ends_at } = entry;
  const why: Fact[] =
    missing === null
      ? []
      : [{ label: answer === "conditional" ? words.condition : words.missingLabel, value: words.missing[missing] }];
  if (answer === "refused") return why;
  return [
    ...why,
    { label: words.online, value: online.obstacle === null ? words.onlineNow : words.obstacles[online.obstacle] },
    { label: words.offline, value: <OfflineWords entry={entry} /> },
    { label: words.columns.ends, value: <Moment at={ends_at} never={texts.common.forever} form="date" /> },
  ];
}

function RightLine({ right }: { right: Right }) {
  const texts = useTexts();
  const words = texts.entries.right(right.role.name, objectWords(texts, right), originWords(texts, right));
  return (
    <>
      {words}: {right.in_force ? texts.rights.inForce : texts.rights.notInForce}
      {right.valid_until !== null && (
        <>
          , {texts.rights.columns.valid.toLowerCase()} <Moment at={right.valid_until} form="date" />
        </>
      )}
    </>
  );
}

interface PartProps<Item> {
  title: string;
  none: string;
  items: readonly Item[];
  line: (item: Item) => ReactNode;
}

function Part<Item>({ title, none, items, line }: PartProps<Item>) {
  return (
    <section aria-label={title}>
      <Title order={3} size="h5">
        {title}
      </Title>
      {items.length === 0 ? (
        <Text size="sm">{none}</Text>
      ) : (
        <List size="sm">
          {items.map((item, index) => (
            <List.Item key={index}>{line(item)}</List.Item>
          ))}
        </List>
      )}
    </section>
  );
}
