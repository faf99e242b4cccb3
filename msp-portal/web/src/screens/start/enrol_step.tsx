import { Button, Loader, Text } from "@mantine/core";
import { api, body } from "../../api/client";
import type { Tenant } from "../../api/types";
import { CopyLine } from "../../parts/copy";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import styles from "./start.module.css";

/** Makes the install line, then waits: the live socket makes the step turn to done. */
export function EnrolStep({ tenant }: { tenant: Tenant }) {
  const texts = useTexts();
  const words = texts.start.workstation;
  const making = useAct({
    act: () =>
      body(
        api.POST("/tenants/{tenant_id}/enrolment-tokens", {
          params: { path: { tenant_id: tenant.id } },
          body: { label: null, uses_allowed: 1, valid_hours: 24 },
        }),
      ),
    touches: ["enrolment_tokens"],
  });
  if (making.data === undefined) {
    return (
      <>
        <ProblemNotice error={making.error} />
        <Button loading={making.isPending} onClick={() => making.mutate()}>
          {words.create}
        </Button>
      </>
    );
  }
  return (
    <>
      <Text size="sm" fw={600} mb={6}>
        {words.run}
      </Text>
      <CopyLine value={making.data.install_command} label={texts.tokens.installLine} />
      <div className={styles.wait} role="status">
        <Loader size="sm" type="dots" />
        <span>
          {words.waiting}
          <small>{words.waitingHint}</small>
        </span>
      </div>
    </>
  );
}
