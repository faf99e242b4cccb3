import { Button } from "@mantine/core";
import { IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, body } from "../../api/client";
import { departmentsQuery } from "../../api/queries";
import type { Department } from "../../api/types";
import { CreateDialog } from "../../parts/create_dialog";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { readGridView } from "../../parts/grid/grid_view";
import { useAddressedView } from "../../parts/grid/use_addressed_view";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Page, Panel } from "../../parts/page";
import { ViewsMenu } from "../../parts/views/views_menu";
import { useTexts } from "../../texts/texts";

export function DepartmentsScreen() {
  const texts = useTexts();
  const words = texts.departments;
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const held = useAddressedView();
  const columns = useMemo<GridColumn<Department>[]>(
    () => [
      {
        id: "name",
        title: words.columns.name,
        value: ({ name }) => name,
        filter: "text",
        cell: ({ id, name }) => (
          <TextLink to="/departments/$id" params={{ id }}>
            {name}
          </TextLink>
        ),
      },
      { id: "members", title: words.columns.members, value: ({ member_count }) => member_count, filter: "number" },
      { id: "rights", title: words.columns.rights, value: ({ rights }) => rights, filter: "number" },
    ],
    [words],
  );
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  );
  return (
    <Page title={words.title} lead={words.lead} actions={add}>
      <Panel flush>
        <Loaded query={useQuery(departmentsQuery)}>
          {(departments) => (
            <Grid
              name={words.title}
              rows={departments}
              columns={columns}
              rowId={({ id }) => id}
              rowLabel={({ name }) => name}
              held={held}
              toolbar={<ViewsMenu list="departments" search={readGridView({ ...held[0] })} />}
              empty={<EmptyState icon={<IconUsersGroup size={22} />} title={words.emptyTitle} text={words.emptyText} action={add} />}
            />
          )}
        </Loaded>
      </Panel>
      <CreateDialog
        opened={adding}
        onClose={() => setAdding(false)}
        title={words.add}
        lead={words.addLead}
        label={words.name}
        create={(name, key) =>
          body(api.POST("/departments", { params: { header: { "Idempotency-Key": key } }, body: { name } }))
        }
        touches={["departments"]}
        says={words.added}
        onCreated={({ id }) => void navigate({ to: "/departments/$id", params: { id } })}
      />
    </Page>
  );
}
