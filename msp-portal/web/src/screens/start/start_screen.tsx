import { Alert, Button, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { devicesQuery, rightsQuery, techniciansQuery, tenantsQuery } from "../../api/queries";
import { ButtonLink } from "../../parts/links";
import { Page } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { AddCustomerDialog } from "../customers/add_customer_dialog";
import { GrantRightDrawer } from "../rights/grant_right_drawer";
import { InviteDrawer } from "../technicians/invite_drawer";
import { EnrolStep } from "./enrol_step";
import { Step, Steps } from "./step";

/** Four steps, each done by its own result on the server: leaving and coming back loses nothing. */
export function StartScreen() {
  const texts = useTexts();
  const words = texts.start;
  const [open, setOpen] = useState<"customer" | "technician" | "right" | null>(null);
  const { data: tenants = [] } = useQuery(tenantsQuery);
  const { data: devices = [] } = useQuery(devicesQuery());
  const { data: technicians = [] } = useQuery(techniciansQuery);
  const { data: rights = [] } = useQuery(rightsQuery({}));
  const deviceRights = rights.filter(({ object }) => object.kind !== "section");
  const done = [tenants.length > 0, devices.length > 0, technicians.length > 1, deviceRights.length > 0] as const;
  const next = done.indexOf(false);
  const close = () => setOpen(null);
  const [tenant] = tenants;
  return (
    <Page title={words.title} lead={words.lead} width="narrow">
      {next === -1 && (
        <Alert color="green" variant="light" icon={<IconCircleCheck size={20} />} title={words.finishedTitle}>
          <Text size="sm">{words.finishedText}</Text>
          <ButtonLink to="/" size="sm" mt="sm">
            {texts.common.toDashboard}
          </ButtonLink>
        </Alert>
      )}
      <Steps>
        <Step
          number={1}
          title={words.customer.title}
          why={words.customer.why}
          done={done[0] && tenant ? words.customer.have(tenant.name) : null}
          current={next === 0}
        >
          <Button onClick={() => setOpen("customer")}>{words.customer.title}</Button>
        </Step>
        <Step
          number={2}
          title={words.workstation.title}
          why={words.workstation.why}
          done={done[1] ? words.workstation.have(devices.length) : null}
          current={next === 1}
        >
          {tenant && <EnrolStep tenant={tenant} />}
        </Step>
        <Step
          number={3}
          title={words.technician.title}
          why={words.technician.why}
          done={done[2] ? words.technician.have(technicians.length) : null}
          current={next === 2}
          reachable={done[0]}
        >
          <Button variant={next === 2 ? "filled" : "light"} onClick={() => setOpen("technician")}>
            {words.technician.title}
          </Button>
        </Step>
        <Step
          number={4}
          title={words.right.title}
          why={words.right.why}
          done={done[3] ? words.right.have(deviceRights.length) : null}
          current={next === 3}
          reachable={done[0]}
        >
          <Button variant={next === 3 ? "filled" : "light"} onClick={() => setOpen("right")}>
            {words.right.title}
          </Button>
        </Step>
      </Steps>
      <AddCustomerDialog opened={open === "customer"} onClose={close} />
      <InviteDrawer opened={open === "technician"} onClose={close} />
      <GrantRightDrawer opened={open === "right"} onClose={close} grantFor={{ tenantId: tenant?.id }} />
    </Page>
  );
}
