import { Button } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { type Answer, nothing, type Versioned } from "../../api/client";
import { effectOf, previewing } from "../../api/preview";
import type { Reference } from "../../api/types";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { RenameDialog } from "../../parts/rename_dialog";
import { type Topic, useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { EffectPreview } from "../effect/effect_lines";

interface RenameAndDeleteProps {
  thing: Versioned<Reference>;
  label: string;
  rename: (name: string, etag: string) => Promise<unknown>;
  onReload: () => void;
  touches: readonly Topic[];
  removeTitle: string;
  cascade: readonly string[];
  /** What goes with it, one by one. */
  goes: ReactNode;
  /** With the name that was typed: the server compares it as well. With the headers it only looks what would follow. */
  remove: (typedName: string, headers?: typeof previewing) => Promise<Answer<unknown>>;
  removed: string;
  /** What is left of it besides its own query, which is asked no more. */
  removalTouches: readonly Topic[];
  onRemoved: () => void;
}

/** The two acts on a whole thing that has a name: its end shows what it takes along and wants the name typed. */
export function RenameAndDelete(props: RenameAndDeleteProps) {
  const { thing, label, rename, onReload, touches, removeTitle, cascade, goes, remove, removed, onRemoved } = props;
  const texts = useTexts();
  const [open, setOpen] = useState<"rename" | "remove" | null>(null);
  const { name } = thing.value;
  const close = () => setOpen(null);
  const renaming = useAct({
    act: (wanted: string) => rename(wanted, thing.etag),
    touches,
    says: () => texts.customers.renamed,
    onDone: close,
  });
  const removing = useAct({
    act: () => nothing(remove(name)),
    touches: props.removalTouches,
    says: () => removed,
    onDone: onRemoved,
  });
  return (
    <>
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen("rename")}>
        {texts.customers.rename}
      </Button>
      <Button
        variant="default"
        c="var(--mantine-color-error)"
        leftSection={<IconTrash size={16} />}
        onClick={() => setOpen("remove")}
      >
        {texts.common.delete}
      </Button>
      <RenameDialog
        key={thing.etag}
        opened={open === "rename"}
        onClose={close}
        title={texts.customers.rename}
        label={label}
        current={name}
        busy={renaming.isPending}
        error={renaming.error}
        onRename={(wanted) => renaming.mutate(wanted)}
        onReload={() => {
          renaming.reset();
          onReload();
        }}
      />
      <ConfirmDialog
        opened={open === "remove"}
        onClose={close}
        title={removeTitle}
        cascade={cascade}
        confirm={texts.common.delete}
        typedName={name}
        busy={removing.isPending}
        error={removing.error}
        onConfirm={() => removing.mutate()}
      >
        {open === "remove" && (
          <>
            {goes}
            <EffectPreview about={["removal", thing.value.id]} ask={() => effectOf(remove(name, previewing))} />
          </>
        )}
      </ConfirmDialog>
    </>
  );
}
