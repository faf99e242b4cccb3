import { Button, Group, Text } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, nothing } from "../../api/client";
import { custodiansQuery } from "../../api/queries";
import type { Me } from "../../api/types";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { ProblemNotice } from "../../parts/problem_notice";
import { useAct } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { registerCustodianKey } from "../../webauthn/custodian";

/** Whether this person can hold halves of break-glass codes, and how they come to. */
export function CustodianPanel({ me }: { me: Me }) {
  const words = useTexts().custodian;
  const custodians = useQuery(custodiansQuery);
  const registering = useAct({
    act: async () => {
      const body = await registerCustodianKey({ teamId: me.team.id, technicianId: me.technician.id });
      return nothing(api.PUT("/me/custodian-key", { body }));
    },
    touches: ["technicians", "devices"],
    says: () => words.registered,
  });
  return (
    <Panel title={words.title} lead={words.lead}>
      <Loaded query={custodians}>
        {(all) => {
          const own = all.find(({ technician }) => technician.id === me.technician.id);
          return (
            <>
              <Text size="sm" mb="sm">
                {own === undefined ? (
                  words.not
                ) : (
                  <>
                    {words.with(own.passkey)} <Moment at={own.registered_at} form="date" />. {words.anew}
                  </>
                )}
              </Text>
              <ProblemNotice error={registering.error} />
              <Group>
                <Button
                  variant={own === undefined ? "filled" : "default"}
                  leftSection={<IconFingerprint size={16} />}
                  loading={registering.isPending}
                  onClick={() => registering.mutate(undefined)}
                >
                  {own === undefined ? words.register : words.again}
                </Button>
              </Group>
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
