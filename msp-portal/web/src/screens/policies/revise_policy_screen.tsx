import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, body, type Versioned } from "../../api/client";
import { policyQuery, teamQuery } from "../../api/queries";
import type { Policy } from "../../api/types";
import { ButtonLink, TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Page } from "../../parts/page";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { ChangeNotice } from "../requests/change_notice";
import { PolicyForm } from "./policy_form";
import { draftOf, type PolicyWish, wishOf } from "./policy_wish";

export function RevisePolicyScreen() {
  const { id } = useParams({ from: "/inside/policies/$id/revise" });
  return (
    <Loaded query={useQuery(policyQuery(id))}>{(policy) => <RevisePolicy key={id} current={policy} />}</Loaded>
  );
}

function RevisePolicy({ current }: { current: Versioned<Policy> }) {
  const texts = useTexts();
  const words = texts.policies;
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: team } = useQuery(teamQuery);
  // What came meanwhile does not slip under what is being typed: the server refuses an outdated version.
  const [policy, setPolicy] = useState(current);
  const { id, name, pending_change_id } = policy.value;
  const revising = useAct({
    act: (wish: PolicyWish) =>
      body(
        api.PUT("/policies/{policy_id}", {
          params: { path: { policy_id: id }, header: { "If-Match": policy.etag } },
          body: draftOf(wish, policy.value),
        }),
      ),
    touches: ["policies", "changes"],
    says: ({ change }) => (change.state === "pending" ? words.proposed : words.appliedAlone),
    onDone: () => void navigate({ to: "/policies/$id", params: { id } }),
  });
  const reload = async () => {
    revising.reset();
    setPolicy(await client.fetchQuery({ ...policyQuery(id), staleTime: 0 }));
  };
  return (
    <Page
      width="narrow"
      title={words.reviseTitle(name)}
      lead={team?.value.administrators === 1 ? words.reviseAloneLead : words.reviseLead}
      trail={
        <TextLink to="/policies/$id" params={{ id }}>
          {name}
        </TextLink>
      }
    >
      {pending_change_id !== null && <ChangeNotice changeId={pending_change_id} text={words.pendingReplaced} />}
      <PolicyForm
        key={policy.etag}
        start={wishOf(policy.value)}
        busy={revising.isPending}
        problem={<ProblemNotice error={revising.error} onRetry={() => void reload()} />}
        cancel={
          <ButtonLink to="/policies/$id" params={{ id }} variant="default">
            {texts.common.cancel}
          </ButtonLink>
        }
        onSend={(wish) => revising.mutate(wish)}
      />
    </Page>
  );
}
