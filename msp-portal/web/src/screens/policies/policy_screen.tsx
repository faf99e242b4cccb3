import { Alert } from "@mantine/core";
import { IconCopy, IconInfoCircle, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { policyQuery } from "../../api/queries";
import type { Policy } from "../../api/types";
import { Facts } from "../../parts/facts";
import { ButtonLink, TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { useLanguage, useTexts } from "../../texts/texts";
import { ChangeNotice } from "../requests/change_notice";
import { PolicyState } from "./policy_state";
import { approvalWords, deviceWords, subjectsWords, ticketWords, timeWords } from "./policy_words";
import { RetirePolicy } from "./retire_policy";
import { WeekPicture } from "./week_picture";

export function PolicyScreen() {
  const { id } = useParams({ from: "/inside/policies/$id" });
  return <Loaded query={useQuery(policyQuery(id))}>{({ value }) => <PolicyPage key={id} policy={value} />}</Loaded>;
}

function PolicyPage({ policy }: { policy: Policy }) {
  const words = useTexts().policies;
  const { id, name, description, state, pending_change_id, start_policy } = policy;
  return (
    <Page
      width="narrow"
      title={name}
      trail={<TextLink to="/policies">{words.title}</TextLink>}
      lead={
        <>
          <PolicyState policy={policy} /> {description}
        </>
      }
      actions={
        <>
          {state === "active" && pending_change_id === null && (
            <ButtonLink to="/policies/$id/revise" params={{ id }} variant="default" leftSection={<IconPencil size={16} />}>
              {words.revise}
            </ButtonLink>
          )}
          <ButtonLink to="/policies/new" search={{ from: id }} variant="default" leftSection={<IconCopy size={16} />}>
            {words.template}
          </ButtonLink>
          {(state === "active" || state === "pending") && <RetirePolicy policy={policy} />}
        </>
      }
    >
      {pending_change_id !== null && (
        <ChangeNotice changeId={pending_change_id} text={state === "pending" ? words.pendingNew : words.pendingRevision} />
      )}
      {start_policy && state === "active" && (
        <Alert variant="light" color="gray" icon={<IconInfoCircle size={18} />} title={words.startPolicy}>
          {words.startPolicyText}
        </Alert>
      )}
      <PolicyFacts policy={policy} />
    </Page>
  );
}

function PolicyFacts({ policy }: { policy: Policy }) {
  const texts = useTexts();
  const words = texts.policies;
  const { locale } = useLanguage();
  const { conditions } = policy;
  const longest = conditions.longest_session_minutes;
  return (
    <Panel>
      <Facts
        facts={[
          { label: words.devices, value: deviceWords(texts, policy) },
          { label: words.kind, value: words.kinds[policy.kind] },
          { label: words.subjects, value: subjectsWords(texts, policy) },
          {
            label: words.times,
            value: (
              <>
                {timeWords(texts, locale, policy)}
                {conditions.time_windows.length > 0 && <WeekPicture windows={conditions.time_windows} />}
              </>
            ),
          },
          { label: words.ticket, value: ticketWords(texts, policy) },
          { label: words.reason, value: conditions.reason_required ? words.required : words.notRequired },
          { label: words.approval, value: approvalWords(texts, policy) },
          { label: words.longest, value: longest === null ? words.asCustomer : texts.settingsOfCustomer.minutes(longest) },
          { label: words.end, value: words.ends[conditions.end_behaviour] },
          { label: words.validFrom, value: <Moment at={policy.valid_from} form="date" /> },
          { label: words.validUntil, value: <Moment at={policy.valid_until} never={texts.common.forever} form="date" /> },
        ]}
      />
    </Panel>
  );
}
