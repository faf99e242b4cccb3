import { Code, Drawer, Table } from "@mantine/core";
import type { RemovedDevice } from "../../api/types";
import { Facts } from "../../parts/facts";
import { Moment } from "../../parts/moment";
import { useTexts } from "../../texts/texts";

interface RemovalDrawerProps {
  device: RemovedDevice | null;
  onClose: () => void;
}

/** What a workstation said about its removal, checked with its key. */
export function RemovalDrawer({ device, onClose }: RemovalDrawerProps) {
  const words = useTexts().removed;
  const statement = device?.statement ?? null;
  return (
    <Drawer opened={statement !== null} onClose={onClose} title={words.of(device?.name ?? "")} position="right" size="lg">
      {statement !== null && (
        <>
          <Facts
            facts={[
              { label: words.made, value: <Moment at={statement.at} />, hint: statement.clock_trusted ? undefined : words.clockUntrusted },
              { label: words.received, value: <Moment at={statement.received_at} /> },
              { label: words.by, value: statement.brought_by?.name ?? words.byItself },
              { label: words.host, value: statement.host_name },
              { label: words.sessions, value: statement.forced ? words.forced : words.notForced },
              { label: words.log, value: words.missing(statement.missing_events) },
            ]}
          />
          <Table mt="md" aria-label={words.items}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words.what}</Table.Th>
                <Table.Th>{words.fate}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {statement.items.map(({ part, name, fate, note }) => (
                <Table.Tr key={`${part} ${name}`}>
                  <Table.Td>
                    {words.parts[part]} <Code>{name}</Code>
                  </Table.Td>
                  <Table.Td>
                    {words.fates[fate]}
                    {note !== null && <div>{noteWords(words.notes, note)}</div>}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {statement.more > 0 && <p>{words.more(statement.more)}</p>}
        </>
      )}
    </Drawer>
  );
}

/** A place, or a machine word that this page may not know. */
const noteWords = (words: Readonly<Record<string, string>>, note: string) => words[note] ?? note;
