import { Alert } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { policiesQuery } from "../../api/queries";
import type { Policy } from "../../api/types";
import { StateBadge, type Tone } from "../../parts/badge";
import { Facts } from "../../parts/facts";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { useTexts } from "../../texts/texts";

const tones: Record<Policy["state"], Tone> = { pending: "wait", active: "good", retired: "quiet", rejected: "bad" };

export function PoliciesScreen() {
  const texts = useTexts();
  return (
    <Page title={texts.policies.title} lead={texts.policies.lead} width="narrow">
      <Loaded query={useQuery(policiesQuery)}>
        {(policies) => policies.map((policy) => <PolicyPanel key={policy.id} policy={policy} />)}
      </Loaded>
    </Page>
  );
}

function PolicyPanel({ policy }: { policy: Policy }) {
  const texts = useTexts();
  const words = texts.policies;
  const { conditions, devices, subjects } = policy;
  const need = (required: boolean) => (required ? words.required : words.notRequired);
  const chosenDevices = devices.device_ids.length + devices.group_ids.length;
  const chosenSubjects = subjects.technician_ids.length + subjects.department_ids.length;
  const longest = conditions.longest_session_minutes;
  return (
    <Panel
      title={policy.name}
      lead={policy.description}
      actions={<StateBadge tone={tones[policy.state]}>{words.states[policy.state]}</StateBadge>}
    >
      {policy.start_policy && (
        <Alert mb="md" variant="light" color="gray" icon={<IconInfoCircle size={18} />} title={words.startPolicy}>
          {words.startPolicyText}
        </Alert>
      )}
      <Facts
        facts={[
          { label: words.devices, value: devices.all ? words.allDevices : words.some(chosenDevices) },
          { label: words.subjects, value: subjects.all ? words.allSubjects : words.some(chosenSubjects) },
          { label: words.kind, value: words.kinds[policy.kind] },
          {
            label: words.times,
            value: conditions.time_windows.length === 0 ? words.always : words.windows(conditions.time_windows.length),
          },
          { label: words.reason, value: need(conditions.reason_required) },
          { label: words.ticket, value: need(conditions.ticket_required) },
          { label: words.approval, value: need(conditions.approver_ids.length > 0) },
          { label: words.longest, value: longest === null ? words.asCustomer : texts.settingsOfCustomer.minutes(longest) },
          { label: words.end, value: words.ends[conditions.end_behaviour] },
          {
            label: words.valid,
            value: (
              <>
                <Moment at={policy.valid_from} form="date" />
                {policy.valid_until && (
                  <>
                    {" "}
                    {words.until} <Moment at={policy.valid_until} form="date" />
                  </>
                )}
              </>
            ),
          },
        ]}
      />
    </Panel>
  );
}
