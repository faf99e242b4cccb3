import { Code, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { Versioned } from "../../api/client";
import { deviceQuery } from "../../api/queries";
import type { Device } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { CopyValue } from "../../parts/copy";
import { Facts } from "../../parts/facts";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Columns, Page, Panel, Stacked } from "../../parts/page";
import { writeDrift } from "../../parts/time";
import { useLanguage, useTexts } from "../../texts/texts";
import { RecentEvents } from "../audit/recent_events";
import { BreakGlassPanel } from "../break_glass/break_glass_panel";
import { EntriesOfDevice } from "../entries/entries_of_device";
import { RightsList } from "../rights/rights_list";
import { DeviceActions } from "./device_actions";
import { deviceTones } from "./devices_grid";
import { GroupsPanel } from "./groups_panel";
import { QuarantineNotice } from "./quarantine_notice";

export function DeviceScreen() {
  const { id } = useParams({ from: "/inside/devices/$id" });
  return <Loaded query={useQuery(deviceQuery(id))}>{(device) => <DevicePage key={id} device={device} />}</Loaded>;
}

function DevicePage({ device }: { device: Versioned<Device> }) {
  const texts = useTexts();
  const words = texts.devices;
  const { id, name, tenant, state, connected } = device.value;
  return (
    <Page
      title={name}
      trail={
        <>
          <TextLink to="/devices">{words.title}</TextLink> ·{" "}
          <TextLink to="/customers/$id" params={{ id: tenant.id }}>
            {tenant.name}
          </TextLink>
        </>
      }
      lead={
        <>
          <StateBadge tone={deviceTones[state]}>{words.states[state]}</StateBadge>{" "}
          <StateBadge tone={connected ? "good" : "quiet"}>{connected ? words.connected : words.away}</StateBadge>
        </>
      }
      actions={<DeviceActions device={device} />}
    >
      <QuarantineNotice device={device.value} />
      <Columns>
        <DeviceIdentity device={device.value} />
        <Stacked>
          <DeviceAccounts device={device.value} />
          <GroupsPanel device={device.value} />
        </Stacked>
      </Columns>
      <BreakGlassPanel device={device.value} />
      <EntriesOfDevice device={device.value} />
      <RightsList
        title={words.reaching}
        lead={texts.rights.addUp}
        filter={{ device_id: id }}
        grantFor={{ deviceId: id }}
      />
      <RecentEvents title={words.history} filter={{ device_id: id }} />
    </Page>
  );
}

function DeviceIdentity({ device }: { device: Device }) {
  const texts = useTexts();
  const { locale } = useLanguage();
  const words = texts.devices;
  const fingerprint = device.key_fingerprint.replace(/(.{4})(?=.)/g, "$1 ");
  const clock =
    device.clock_trusted === null ? words.unknown : device.clock_trusted ? words.clockTrusted : words.clockUntrusted;
  return (
    <Panel title={words.identity}>
      <Facts
        facts={[
          {
            label: words.fingerprint,
            value: (
              <>
                <Code>{fingerprint}</Code> <CopyValue value={device.key_fingerprint} label={words.fingerprint} />
              </>
            ),
            hint: words.fingerprintHint,
          },
          { label: words.system, value: device.operating_system },
          { label: words.kind, value: words.kinds[device.kind] },
          { label: words.version, value: device.agent_version ?? words.unknown },
          { label: words.enrolled, value: <Moment at={device.enrolled_at} form="date" /> },
          { label: words.lastSeen, value: <Moment at={device.last_seen_at} /> },
          {
            label: words.roster,
            value: device.up_to_date ? words.upToDate : words.behind,
            hint: device.up_to_date ? undefined : words.behindHint,
          },
          {
            label: words.clock,
            value: clock,
            hint: device.clock_drift_ms === null ? undefined : words.drift(writeDrift(device.clock_drift_ms, locale)),
          },
          { label: words.horizon, value: <Moment at={device.offline_until} never={words.horizonNone} form="date" /> },
          { label: words.sessions, value: device.sessions ?? words.unknown },
          {
            label: words.storeKey,
            value: device.key_place === null ? words.unknown : words.storeKeys[device.key_place],
            hint: device.key_place === "file" ? words.storeKeyHint : undefined,
          },
        ]}
      />
    </Panel>
  );
}

function DeviceAccounts({ device }: { device: Device }) {
  const texts = useTexts();
  const words = texts.devices;
  return (
    <Panel title={words.accounts} lead={device.accounts.length === 0 ? words.accountsNone : words.accountsLead}>
      {device.accounts.length > 0 && (
        <Table>
          <Table.Tbody>
            {device.accounts.map(({ name, state }) => (
              <Table.Tr key={name}>
                <Table.Td>
                  <Code>{name}</Code>
                </Table.Td>
                <Table.Td>{accountWords(words.accountStates, state)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}

/** The agent's own word where this page knows none. */
const accountWords = (words: Readonly<Record<string, string>>, state: string) => words[state] ?? state;
