import { useQuery } from "@tanstack/react-query";
import { entriesOfDeviceQuery } from "../../api/queries";
import type { Device } from "../../api/types";
import { Loaded } from "../../parts/loaded";
import { Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { EntriesGrid } from "./entries_grid";

/** Who can enter a workstation, why, until when, online and offline. */
export function EntriesOfDevice({ device }: { device: Device }) {
  const words = useTexts().entries;
  return (
    <Panel title={words.ofDevice} lead={words.ofDeviceLead} flush>
      <Loaded query={useQuery(entriesOfDeviceQuery(device.id))}>
        {(entries) => <EntriesGrid name={words.ofDevice} entries={entries} of="technician" empty={words.ofDeviceNone} />}
      </Loaded>
    </Panel>
  );
}
