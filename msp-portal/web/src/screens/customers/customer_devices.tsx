import { IconDeviceDesktop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@mantine/core";
import { devicesQuery } from "../../api/queries";
import { EmptyState } from "../../parts/empty_state";
import { Loaded } from "../../parts/loaded";
import { Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { DevicesGrid } from "../devices/devices_grid";
import { NewInstallLineDialog } from "./new_install_line_dialog";

export function CustomerDevices({ tenantId }: { tenantId: string }) {
  const texts = useTexts();
  const [making, setMaking] = useState(false);
  return (
    <Panel flush>
      <Loaded query={useQuery(devicesQuery(tenantId))}>
        {(devices) => (
          <DevicesGrid
            devices={devices}
            withCustomer={false}
            empty={
              <EmptyState
                icon={<IconDeviceDesktop size={22} />}
                title={texts.devices.emptyTitle}
                text={texts.tokens.emptyText}
                action={<Button onClick={() => setMaking(true)}>{texts.tokens.create}</Button>}
              />
            }
          />
        )}
      </Loaded>
      <NewInstallLineDialog opened={making} onClose={() => setMaking(false)} tenantId={tenantId} />
    </Panel>
  );
}
