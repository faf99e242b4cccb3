import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconKey, IconPlus, IconSitemap, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, nothing } from "../../api/client";
import { effectOf, previewing } from "../../api/preview";
import { type RightFilter, rightsQuery } from "../../api/queries";
import type { Right } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { EmptyState } from "../../parts/empty_state";
import { Grid, type GridColumn } from "../../parts/grid/grid";
import { type BulkAction, said } from "../../parts/bulk/bulk_action";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { EffectPreview } from "../effect/effect_lines";
import { type GrantFor, GrantRightDrawer } from "./grant_right_drawer";
import { ObjectLink, SubjectLink } from "./right_links";
import { type Access, accessOf, isInherited, objectWords, originWords, subjectWords } from "./right_words";
import styles from "./rights.module.css";

interface RightsListProps {
  title: string;
  lead?: string;
  emptyText?: string;
  filter: RightFilter;
  grantFor: GrantFor;
  /** Only these of what the filter brings. */
  access?: Access;
  /** The column that every row would repeat. */
  without?: "who" | "what";
}

/** The rights that reach somebody or something, with granting and revoking. */
export function RightsList({ title, lead, emptyText, filter, grantFor, access, without }: RightsListProps) {
  const texts = useTexts();
  const ofTechnician = filter.technician_id !== undefined;
  const [granting, setGranting] = useState(false);
  const [revoking, setRevoking] = useState<Right | null>(null);
  const rights = useQuery(rightsQuery(filter));
  const columns = useMemo<GridColumn<Right>[]>(() => {
    const words = texts.rights.columns;
    const all: GridColumn<Right>[] = [
      { id: "who", title: words.who, value: (right) => subjectWords(texts, right), filter: "text", cell: (right) => <SubjectLink right={right} /> },
      { id: "origin", title: texts.rights.origin, value: (right) => originWords(texts, right), filter: "choice", cell: (right) => <Origin right={right} /> },
      { id: "what", title: words.what, value: (right) => objectWords(texts, right), filter: "text", cell: (right) => <ObjectLink right={right} /> },
      { id: "role", title: words.role, value: (right) => right.role.name, filter: "choice" },
      {
        id: "valid",
        title: words.valid,
        value: (right) => right.valid_until,
        filter: "future",
        never: texts.common.forever,
        cell: (right) => <Moment at={right.valid_until} never={texts.common.forever} form="date" />,
      },
      {
        id: "state",
        title: words.state,
        value: (right) => (right.in_force ? texts.rights.inForce : texts.rights.notInForce),
        choiceKey: (right) => String(right.in_force),
        filter: "choice",
        cell: (right) => (
          <StateBadge tone={right.in_force ? "good" : "quiet"}>
            {right.in_force ? texts.rights.inForce : texts.rights.notInForce}
          </StateBadge>
        ),
      },
      {
        id: "act",
        acts: true,
        title: texts.common.actions,
        value: () => null,
        cell: (right) => (
          <Tooltip label={texts.rights.revoke}>
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={() => setRevoking(right)}
              aria-label={`${texts.rights.revoke}: ${subjectWords(texts, right)}, ${objectWords(texts, right)}`}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        ),
      },
    ];
    // To a technician it matters by which way a right reaches them; who has it is said by the page.
    return all.filter(({ id }) => id !== without && id !== (ofTechnician ? "who" : "origin"));
  }, [texts, without, ofTechnician]);
  const bulk = useMemo<readonly BulkAction<Right>[]>(
    () => [
      {
        id: "revoke",
        label: texts.rights.revoke,
        icon: <IconTrash size={16} />,
        danger: true,
        refuses: (right) => (ofTechnician && isInherited(right) ? texts.rights.inherited : null),
        title: texts.rights.revokeMany,
        cascade: () => texts.rights.revokeManyCascade,
        act: async ({ id }) => {
          await nothing(api.DELETE("/rights/{right_id}", { params: { path: { right_id: id } } }));
          return said(texts.rights.revoked);
        },
        touches: ["rights", "technicians", "departments", "devices", "device_groups"],
      },
    ],
    [texts, ofTechnician],
  );
  const grant = (
    <Button size="sm" variant="light" leftSection={<IconPlus size={16} />} onClick={() => setGranting(true)}>
      {texts.rights.grant}
    </Button>
  );
  return (
    <Panel title={title} lead={lead} actions={grant} flush>
      <Loaded query={rights}>
        {(reaching) => {
          const rows = access === undefined ? reaching : reaching.filter((right) => accessOf(right) === access);
          return (
            <Grid
              name={title}
              rows={rows}
              columns={columns}
              rowId={(right) => right.id}
              rowLabel={(right) => `${subjectWords(texts, right)}, ${objectWords(texts, right)}`}
              tools={rows.length > 8 ? "full" : "none"}
              bulk={rows.length > 1 ? bulk : undefined}
              empty={
                <EmptyState
                  icon={<IconKey size={22} />}
                  title={texts.rights.emptyTitle}
                  text={emptyText ?? texts.rights.emptyText}
                  action={grant}
                />
              }
            />
          );
        }}
      </Loaded>
      <GrantRightDrawer opened={granting} onClose={() => setGranting(false)} grantFor={grantFor} access={access} />
      <RevokeDialog right={revoking} inherited={ofTechnician} onClose={() => setRevoking(null)} />
    </Panel>
  );
}

interface RevokeDialogProps {
  right: Right | null;
  /** Whether it is revoked from the page of somebody it only reaches. */
  inherited: boolean;
  onClose: () => void;
}

function RevokeDialog({ right, inherited, onClose }: RevokeDialogProps) {
  const texts = useTexts();
  const revoking = useAct({
    act: (right_id: string) => nothing(api.DELETE("/rights/{right_id}", { params: { path: { right_id } } })),
    touches: ["rights", "technicians", "departments", "devices", "device_groups"],
    says: () => texts.rights.revoked,
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      opened={right !== null}
      onClose={onClose}
      title={texts.rights.revokeTitle}
      cascade={
        right
          ? [
              ...texts.rights.revokeCascade(subjectWords(texts, right), objectWords(texts, right)),
              ...(inherited && isInherited(right) ? [texts.rights.inheritedCascade(originWords(texts, right))] : []),
            ]
          : []
      }
      confirm={texts.rights.revoke}
      busy={revoking.isPending}
      error={revoking.error}
      onConfirm={() => right && revoking.mutate(right.id)}
    >
      {right !== null && accessOf(right) === "devices" && (
        <EffectPreview
          about={["right", right.id]}
          ask={() => effectOf(api.DELETE("/rights/{right_id}", { params: { path: { right_id: right.id } }, headers: previewing }))}
        />
      )}
    </ConfirmDialog>
  );
}

function Origin({ right }: { right: Right }) {
  const words = originWords(useTexts(), right);
  if (!isInherited(right)) return words;
  return (
    <span className={styles.inherited}>
      <IconSitemap size={14} aria-hidden="true" />
      <SubjectLink right={right} words={words} />
    </span>
  );
}
