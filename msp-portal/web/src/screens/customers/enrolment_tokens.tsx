import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconPlus, IconTerminal2, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, nothing } from "../../api/client";
import { enrolmentTokensQuery } from "../../api/queries";
import type { EnrolmentToken } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { type BulkAction, said } from "../../parts/bulk/bulk_action";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { writeMoment } from "../../parts/time";
import { useAct } from "../../parts/use_act";
import { useLanguage, useTexts } from "../../texts/texts";
import { NewInstallLineDialog } from "./new_install_line_dialog";

export function EnrolmentTokens({ tenantId }: { tenantId: string }) {
  const texts = useTexts();
  const words = texts.tokens;
  const { locale } = useLanguage();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<EnrolmentToken | null>(null);
  const tokens = useQuery(enrolmentTokensQuery(tenantId));
  const columns = useMemo<GridColumn<EnrolmentToken>[]>(
    () => [
      { id: "label", title: words.columns.label, value: ({ label }) => label, filter: "text" },
      { id: "uses", title: words.columns.uses, value: ({ uses, uses_allowed }) => words.usesOf(uses, uses_allowed) },
      {
        id: "state",
        title: words.columns.state,
        value: ({ state }) => words.states[state],
        choiceKey: ({ state }) => state,
        filter: "choice",
        cell: ({ state }) => <StateBadge tone={state === "open" ? "good" : "quiet"}>{words.states[state]}</StateBadge>,
      },
      {
        id: "expires",
        title: words.columns.expires,
        value: ({ expires_at }) => expires_at,
        filter: "future",
        cell: ({ expires_at }) => <Moment at={expires_at} />,
      },
      { id: "by", title: words.columns.by, value: ({ created_by }) => created_by?.name ?? null, filter: "choice" },
      {
        id: "act",
        acts: true,
        title: texts.common.actions,
        value: () => null,
        cell: (token) =>
          token.state === "open" && (
            <Tooltip label={words.revoke}>
              <ActionIcon
                variant="subtle"
                color="gray"
                onClick={() => setRevoking(token)}
                aria-label={token.label === null ? words.revoke : `${words.revoke}: ${token.label}`}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Tooltip>
          ),
      },
    ],
    [texts, words],
  );
  const ending = useAct({
    act: (enrolment_token_id: string) =>
      nothing(api.DELETE("/enrolment-tokens/{enrolment_token_id}", { params: { path: { enrolment_token_id } } })),
    touches: ["enrolment_tokens"],
    says: () => words.revoked,
    onDone: () => setRevoking(null),
  });
  const bulk = useMemo<readonly BulkAction<EnrolmentToken>[]>(
    () => [
      {
        id: "revoke",
        label: words.revoke,
        icon: <IconTrash size={16} />,
        danger: true,
        refuses: ({ state }) => (state === "open" ? null : words.states[state]),
        title: words.revokeMany,
        cascade: () => words.revokeCascade,
        act: async ({ id }) => {
          await nothing(api.DELETE("/enrolment-tokens/{enrolment_token_id}", { params: { path: { enrolment_token_id: id } } }));
          return said(words.revoked);
        },
        touches: ["enrolment_tokens"],
      },
    ],
    [words],
  );
  const make = (
    <Button size="sm" variant="light" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {words.create}
    </Button>
  );
  return (
    <Panel title={texts.customers.tabs.tokens} lead={words.lead} actions={make} flush>
      <Loaded query={tokens}>
        {(rows) => (
          <Grid
            name={texts.customers.tabs.tokens}
            rows={rows}
            columns={columns}
            rowId={({ id }) => id}
            rowLabel={({ label, created_at }) => label ?? words.unnamed(writeMoment(created_at, Date.now(), locale).local)}
            tools={rows.length > 8 ? "full" : "none"}
            bulk={rows.length > 1 ? bulk : undefined}
            empty={
              <EmptyState icon={<IconTerminal2 size={22} />} title={words.emptyTitle} text={words.emptyText} action={make} />
            }
          />
        )}
      </Loaded>
      <NewInstallLineDialog opened={making} onClose={() => setMaking(false)} tenantId={tenantId} />
      <ConfirmDialog
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={words.revokeTitle}
        cascade={words.revokeCascade}
        confirm={words.revoke}
        busy={ending.isPending}
        error={ending.error}
        onConfirm={() => revoking && ending.mutate(revoking.id)}
      />
    </Panel>
  );
}
