import { Button } from "@mantine/core";
import { IconPlus, IconStack2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import { api, body } from "../../api/client";
import { deviceGroupsQuery, tenantsQuery } from "../../api/queries";
import type { DeviceGroup } from "../../api/types";
import { Chooser } from "../../parts/chooser";
import { CreateDialog } from "../../parts/create_dialog";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import type { HeldView } from "../../parts/grid/use_addressed_view";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";

interface GroupsGridProps {
  /** Those of one customer, or of all. */
  tenantId?: string;
  held?: HeldView;
  toolbar?: ReactNode;
}

export function GroupsGrid({ tenantId, held, toolbar }: GroupsGridProps) {
  const words = useTexts().groups;
  const [adding, setAdding] = useState(false);
  const columns = useMemo<GridColumn<DeviceGroup>[]>(() => {
    const all: GridColumn<DeviceGroup>[] = [
      {
        id: "name",
        title: words.columns.name,
        value: ({ name }) => name,
        filter: "text",
        cell: ({ id, name }) => (
          <TextLink to="/device-groups/$id" params={{ id }}>
            {name}
          </TextLink>
        ),
      },
      {
        id: "customer",
        title: words.columns.customer,
        value: ({ tenant }) => tenant.name,
        choiceKey: ({ tenant }) => tenant.id,
        filter: "choice",
        cell: ({ tenant }) => (
          <TextLink to="/customers/$id" params={{ id: tenant.id }} c="inherit">
            {tenant.name}
          </TextLink>
        ),
      },
      { id: "members", title: words.columns.members, value: ({ member_count }) => member_count, filter: "number" },
      { id: "rights", title: words.columns.rights, value: ({ rights }) => rights, filter: "number" },
    ];
    return tenantId === undefined ? all : all.filter(({ id }) => id !== "customer");
  }, [words, tenantId]);
  const add = (
    <Button size="sm" variant="light" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  );
  return (
    <Panel title={words.ofCustomer} lead={words.lead} actions={add} flush>
      <Loaded query={useQuery(deviceGroupsQuery(tenantId))}>
        {(groups) => (
          <Grid
            name={words.title}
            rows={groups}
            columns={columns}
            rowId={({ id }) => id}
            rowLabel={({ name }) => name}
            held={held}
            toolbar={toolbar}
            empty={<EmptyState icon={<IconStack2 size={22} />} title={words.emptyTitle} text={words.emptyText} action={add} />}
          />
        )}
      </Loaded>
      <AddGroupDialog opened={adding} onClose={() => setAdding(false)} tenantId={tenantId} />
    </Panel>
  );
}

interface AddGroupDialogProps {
  opened: boolean;
  onClose: () => void;
  tenantId: string | undefined;
}

function AddGroupDialog({ opened, onClose, tenantId }: AddGroupDialogProps) {
  const words = useTexts().groups;
  const navigate = useNavigate();
  const { data: tenants = [] } = useQuery(tenantsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const tenant = tenantId ?? chosen;
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      title={words.add}
      lead={words.addLead}
      label={words.name}
      ready={tenant !== null}
      create={(name, key) =>
        body(
          api.POST("/device-groups", {
            params: { header: { "Idempotency-Key": key } },
            body: { tenant_id: tenant ?? "", name },
          }),
        )
      }
      touches={["device_groups"]}
      says={words.added}
      onCreated={({ id }) => void navigate({ to: "/device-groups/$id", params: { id } })}
    >
      {tenantId === undefined && (
        <Chooser
          label={words.customer}
          data={tenants.map(({ id, name }) => ({ value: id, label: name }))}
          value={chosen}
          onChange={setChosen}
          required
        />
      )}
    </CreateDialog>
  );
}
