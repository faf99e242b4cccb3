import { SegmentedControl } from "@mantine/core";
import { IconPlus, IconScale } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { policiesQuery } from "../../api/queries";
import type { Policy } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { readGridView } from "../../parts/grid/grid_view";
import { useAddressedView } from "../../parts/grid/use_addressed_view";
import { ButtonLink, TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { ViewsMenu } from "../../parts/views/views_menu";
import type { Texts } from "../../texts/en";
import { useLanguage, useTexts } from "../../texts/texts";
import { PolicyState } from "./policy_state";
import { conditionWords, deviceWords, subjectsWords } from "./policy_words";

function columnsOf(texts: Texts, locale: string): GridColumn<Policy>[] {
  const words = texts.policies;
  const titles = words.columns;
  return [
    {
      id: "name",
      title: titles.name,
      value: ({ name }) => name,
      filter: "text",
      cell: ({ id, name }) => (
        <TextLink to="/policies/$id" params={{ id }}>
          {name}
        </TextLink>
      ),
    },
    {
      id: "state",
      title: titles.state,
      value: ({ state }) => words.states[state],
      choiceKey: ({ state }) => state,
      filter: "choice",
      cell: (policy) => (
        <>
          <PolicyState policy={policy} />{" "}
          {policy.state === "active" && policy.pending_change_id !== null && <StateBadge tone="wait">{words.waiting}</StateBadge>}
        </>
      ),
    },
    { id: "devices", title: titles.devices, value: (policy) => deviceWords(texts, policy), filter: "text" },
    { id: "subjects", title: titles.subjects, value: (policy) => subjectsWords(texts, policy), filter: "text" },
    { id: "conditions", title: titles.conditions, value: (policy) => conditionWords(texts, locale, policy), filter: "text" },
    {
      id: "kind",
      title: titles.kind,
      value: ({ kind }) => words.kinds[kind],
      choiceKey: ({ kind }) => kind,
      filter: "choice",
    },
    {
      id: "until",
      title: titles.until,
      value: ({ valid_until }) => valid_until,
      filter: "future",
      never: texts.common.forever,
      cell: ({ valid_until }) => <Moment at={valid_until} never={texts.common.forever} form="date" />,
    },
  ];
}

const isCurrent = ({ state }: Policy) => state === "active" || state === "pending";

export function PoliciesScreen() {
  const texts = useTexts();
  const words = texts.policies;
  const { locale } = useLanguage();
  const [shown, setShown] = useState<"current" | "all">("current");
  const columns = useMemo(() => columnsOf(texts, locale), [texts, locale]);
  const held = useAddressedView();
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <>
          <SegmentedControl
            aria-label={texts.grid.filters}
            data={[
              { value: "current", label: words.filters.current },
              { value: "all", label: words.filters.all },
            ]}
            value={shown}
            onChange={(value) => setShown(value === "all" ? "all" : "current")}
          />
          <ButtonLink to="/policies/new" leftSection={<IconPlus size={16} />}>
            {words.add}
          </ButtonLink>
        </>
      }
    >
      <Panel flush>
        <Loaded query={useQuery(policiesQuery)}>
          {(policies) => (
            <Grid
              name={words.title}
              rows={shown === "all" ? policies : policies.filter(isCurrent)}
              columns={columns}
              rowId={({ id }) => id}
              rowLabel={({ name }) => name}
              held={held}
              toolbar={<ViewsMenu list="policies" search={readGridView({ ...held[0] })} />}
              empty={<EmptyState icon={<IconScale size={22} />} title={words.currentEmptyTitle} text={words.currentEmptyText} />}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
