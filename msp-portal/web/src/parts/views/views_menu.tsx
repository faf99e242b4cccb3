import { Button, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBookmark, IconBookmarkPlus, IconCheck, IconLink, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { meQuery } from "../../api/queries";
import { useTexts } from "../../texts/texts";
import { isName } from "../names";
import { mostViews, readViews, type SavedView, searchText, withView, writeViews } from "./saved_views";

interface ViewsMenuProps {
  /** Which list: views of one are of no use to another. */
  list: string;
  /** What the list shows now, as it stands in the address. */
  search: object;
}

/** Named views of a list: kept in this browser, and shared with anybody else by the address. */
export function ViewsMenu({ list, search }: ViewsMenuProps) {
  const { data: me } = useQuery(meQuery);
  return me ? <KeptViews key={me.technician.id} administrator={me.technician.id} list={list} search={search} /> : null;
}

function KeptViews({ administrator, list, search }: ViewsMenuProps & { administrator: string }) {
  const texts = useTexts();
  const words = texts.views;
  const navigate = useNavigate();
  const [views, setViews] = useState(() => readViews(localStorage, administrator, list));
  const [naming, setNaming] = useState(false);
  const now = searchText(search);
  const current = views.find((view) => searchText(view.search) === now);
  const open = (wanted: SavedView["search"]) =>
    void navigate({ to: ".", search: () => ("customer" in search ? { customer: undefined, ...wanted } : { ...wanted }) });
  const keep = (next: readonly SavedView[]) => {
    setViews(next);
    if (!writeViews(localStorage, administrator, list, next)) notifications.show({ message: words.notKept, color: "red", withBorder: true });
  };
  const copyLink = async () => {
    const copied = await navigator.clipboard.writeText(location.href).then(
      () => true,
      () => false,
    );
    const message = copied ? words.linkCopied : words.linkNotCopied;
    notifications.show({ message, color: copied ? "green" : "red", withBorder: true });
  };
  const mark = (on: boolean) => (on ? <IconCheck size={14} /> : undefined);
  return (
    <>
      <Menu position="bottom-start" width={260} shadow="md" withinPortal={false}>
        <Menu.Target>
          <Button size="sm" variant="default" leftSection={<IconBookmark size={16} />}>
            {current?.name ?? words.title}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => open({})} rightSection={mark(now === searchText({}))}>
            {words.everything}
          </Menu.Item>
          {views.map((view) => (
            <Menu.Item key={view.name} onClick={() => open(view.search)} rightSection={mark(view === current)}>
              {view.name}
            </Menu.Item>
          ))}
          {views.length === 0 && <Menu.Label>{words.none}</Menu.Label>}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconBookmarkPlus size={16} />}
            onClick={() => setNaming(true)}
            disabled={views.length >= mostViews}
          >
            {words.save}
          </Menu.Item>
          {current && (
            <Menu.Item
              leftSection={<IconTrash size={16} />}
              onClick={() => keep(views.filter((view) => view !== current))}
            >
              {words.remove(current.name)}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconLink size={16} />} onClick={() => void copyLink()}>
            {words.copyLink}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={naming} onClose={() => setNaming(false)} title={words.saveTitle}>
        <NameView
          taken={views.map(({ name }) => name)}
          onClose={() => setNaming(false)}
          onSave={(name) => {
            keep(withView(views, { name, search: { ...search } }));
            setNaming(false);
          }}
        />
      </Modal>
    </>
  );
}

interface NameViewProps {
  taken: readonly string[];
  onClose: () => void;
  onSave: (name: string) => void;
}

function NameView({ taken, onClose, onSave }: NameViewProps) {
  const texts = useTexts();
  const words = texts.views;
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isName(name)) onSave(name.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {words.saveLead}
        </Text>
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={name !== "" && !isName(name) && texts.problems.fields.name}
          description={taken.includes(name.trim()) ? words.replaces : undefined}
          required
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.common.cancel}
          </Button>
          <Button type="submit" disabled={!isName(name)}>
            {texts.common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
