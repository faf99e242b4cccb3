import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconPlus, IconCircleMinus } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useMemo, useState } from "react";
import { type Answer, nothing } from "../../api/client";
import { effectOf, previewing } from "../../api/preview";
import type { Change, Reference } from "../../api/types";
import { Chooser, type Option } from "../../parts/chooser";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { Panel } from "../../parts/page";
import { ProblemNotice } from "../../parts/problem_notice";
import { type Topic, useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { EffectPreview } from "../effect/effect_lines";
import { ChangeNotice } from "../requests/change_notice";
import styles from "./members.module.css";

export interface MembersWords {
  title: string;
  lead?: string;
  column: string;
  empty: string;
  choose: string;
  removeTitle: (name: string) => string;
  removeCascade: readonly string[];
}

interface MembersPanelProps {
  words: MembersWords;
  members: readonly Reference[];
  /** Whoever could be added, members as well: those are left out here. */
  candidates: readonly Option[];
  link: (member: Reference) => ReactNode;
  add: (id: string) => Promise<{ change: Change | null }>;
  /** With the headers it only looks what would follow. */
  remove: (id: string, headers?: typeof previewing) => Promise<Answer<unknown>>;
  touches: readonly Topic[];
}

/** What belongs to something: the list, adding (which may have to wait for a second person) and taking out. */
export function MembersPanel({ words, members, candidates, link, add, remove, touches }: MembersPanelProps) {
  const texts = useTexts();
  const [leaving, setLeaving] = useState<Reference | null>(null);
  const columns = useMemo<GridColumn<Reference>[]>(
    () => [
      { id: "name", title: words.column, value: ({ name }) => name, filter: "text", cell: link },
      {
        id: "act",
        acts: true,
        title: texts.common.actions,
        value: () => null,
        cell: (member) => (
          <Tooltip label={texts.departments.removeMember}>
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={() => setLeaving(member)}
              aria-label={`${texts.departments.removeMember}: ${member.name}`}
            >
              <IconCircleMinus size={16} />
            </ActionIcon>
          </Tooltip>
        ),
      },
    ],
    [texts, words.column, link],
  );
  const removing = useAct({
    act: (id: string) => nothing(remove(id)),
    touches,
    says: () => texts.departments.memberRemoved,
    onDone: () => setLeaving(null),
  });
  const close = () => {
    removing.reset();
    setLeaving(null);
  };
  return (
    <Panel title={words.title} lead={words.lead} flush>
      <AddMember words={words} members={members} candidates={candidates} add={add} touches={touches} />
      <Grid
        name={words.title}
        rows={members}
        columns={columns}
        rowId={({ id }) => id}
        rowLabel={({ name }) => name}
        tools={members.length > 8 ? "full" : "none"}
        empty={<p className={styles.none}>{words.empty}</p>}
      />
      <ConfirmDialog
        opened={leaving !== null}
        onClose={close}
        title={leaving ? words.removeTitle(leaving.name) : ""}
        cascade={words.removeCascade}
        confirm={texts.departments.removeMember}
        busy={removing.isPending}
        error={removing.error}
        onConfirm={() => leaving && removing.mutate(leaving.id)}
      >
        {leaving && <EffectPreview about={["member", words.title, leaving.id]} ask={() => effectOf(remove(leaving.id, previewing))} />}
      </ConfirmDialog>
    </Panel>
  );
}

type AddMemberProps = Pick<MembersPanelProps, "words" | "members" | "candidates" | "add" | "touches">;

function AddMember({ words, members, candidates, add, touches }: AddMemberProps) {
  const texts = useTexts();
  const say = useChangeSaying();
  const [chosen, setChosen] = useState<string | null>(null);
  const adding = useAct({
    act: (id: string) => add(id),
    touches: [...touches, "changes"],
    says: ({ change }) => say(change),
    onDone: () => setChosen(null),
  });
  const options = useMemo(() => {
    const inside = new Set(members.map(({ id }) => id));
    return candidates.filter(({ value }) => !inside.has(value));
  }, [members, candidates]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen !== null) adding.mutate(chosen);
  };
  return (
    <form onSubmit={submit} className={styles.add}>
      <Chooser
        className={styles.chooser}
        size="sm"
        aria-label={words.choose}
        placeholder={words.choose}
        data={options}
        value={chosen}
        onChange={setChosen}
      />
      <Button
        type="submit"
        size="sm"
        variant="light"
        leftSection={<IconPlus size={16} />}
        disabled={chosen === null}
        loading={adding.isPending}
      >
        {texts.departments.addMember}
      </Button>
      {(adding.error !== null || adding.data?.change?.state === "pending") && (
        <div className={styles.said}>
          <ProblemNotice error={adding.error} />
          {adding.data?.change?.state === "pending" && <ChangeNotice changeId={adding.data.change.id} />}
        </div>
      )}
    </form>
  );
}
