import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api, body } from "../../api/client";
import { policyQuery, teamQuery } from "../../api/queries";
import { ButtonLink, TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Page } from "../../parts/page";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { PolicyForm } from "./policy_form";
import { draftOf, type PolicyWish, startingWish, wishOf } from "./policy_wish";

export function NewPolicyScreen() {
  const { from } = useSearch({ from: "/inside/policies/new" });
  return from === undefined ? <NewPolicy start={startingWish} /> : <FromTemplate policyId={from} />;
}

function FromTemplate({ policyId }: { policyId: string }) {
  return (
    <Loaded query={useQuery(policyQuery(policyId))}>
      {/* Its times are its own. */}
      {({ value }) => <NewPolicy key={policyId} start={{ ...wishOf(value), from: "", until: "" }} />}
    </Loaded>
  );
}

function NewPolicy({ start }: { start: PolicyWish }) {
  const texts = useTexts();
  const words = texts.policies;
  const navigate = useNavigate();
  const { data: team } = useQuery(teamQuery);
  const [key] = useState(() => crypto.randomUUID());
  const proposing = useAct({
    act: (wish: PolicyWish) =>
      body(api.POST("/policies", { params: { header: { "Idempotency-Key": key } }, body: draftOf(wish) })),
    touches: ["policies", "changes"],
    says: ({ change }) => (change.state === "pending" ? words.proposed : words.appliedAlone),
    onDone: ({ policy: { id } }) => void navigate({ to: "/policies/$id", params: { id } }),
  });
  return (
    <Page
      width="narrow"
      title={words.addTitle}
      lead={team?.value.administrators === 1 ? words.addAloneLead : words.addLead}
      trail={<TextLink to="/policies">{words.title}</TextLink>}
    >
      <PolicyForm
        start={start}
        busy={proposing.isPending}
        problem={<ProblemNotice error={proposing.error} />}
        cancel={
          <ButtonLink to="/policies" variant="default">
            {texts.common.cancel}
          </ButtonLink>
        }
        onSend={(wish) => proposing.mutate(wish)}
      />
    </Page>
  );
}
