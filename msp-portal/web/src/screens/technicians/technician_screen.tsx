import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { technicianQuery } from "../../api/queries";
import type { Technician } from "../../api/types";
import { Facts } from "../../parts/facts";
import { TextLink } from "../../parts/links";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Columns, Page, Panel, Stacked } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { RecentEvents } from "../audit/recent_events";
import { EntriesOfTechnician } from "../entries/entries_of_technician";
import { SubjectRights } from "../rights/subject_rights";
import { DepartmentsPanel } from "./departments_panel";
import { PasskeysPanel } from "./passkeys_panel";
import { PhonesPanel } from "./phones_panel";
import { TechnicianActions } from "./technician_actions";
import { StateOfTechnician, StatusOfTechnician } from "./technician_badges";

export function TechnicianScreen() {
  const { id } = useParams({ from: "/inside/technicians/$id" });
  return (
    <Loaded query={useQuery(technicianQuery(id))}>
      {({ value }) => <TechnicianPage key={id} technician={value} />}
    </Loaded>
  );
}

function TechnicianPage({ technician }: { technician: Technician }) {
  const texts = useTexts();
  const words = texts.technicians;
  const { id, name } = technician;
  return (
    <Page
      title={name}
      trail={<TextLink to="/technicians">{words.title}</TextLink>}
      lead={
        <>
          <StateOfTechnician technician={technician} /> <StatusOfTechnician technician={technician} />
        </>
      }
      actions={<TechnicianActions technician={technician} />}
    >
      <Columns>
        <Profile technician={technician} />
        <Stacked>
          <DepartmentsPanel technician={technician} />
          <PhonesPanel technician={technician} />
          {(technician.administrator || technician.passkeys.length > 0) && <PasskeysPanel technician={technician} />}
        </Stacked>
      </Columns>
      <EntriesOfTechnician technician={technician} />
      <SubjectRights filter={{ technician_id: id }} grantFor={{ technicianId: id }} />
      <RecentEvents title={texts.dashboard.recent} filter={{ technician_id: id }} />
    </Page>
  );
}

function Profile({ technician }: { technician: Technician }) {
  const texts = useTexts();
  const words = texts.technicians;
  const { invitation } = technician;
  return (
    <Panel title={words.profile}>
      <Facts
        facts={[
          { label: words.columns.account, value: <code>{technician.account}</code> },
          { label: words.username, value: technician.username },
          { label: words.email, value: technician.email ?? "–" },
          ...(technician.owner ? [{ label: texts.settings.owner, value: texts.common.yes, hint: words.ownerNote }] : []),
          { label: words.columns.administrator, value: technician.administrator ? texts.common.yes : texts.common.no },
          ...(technician.status_reason === null ? [] : [{ label: words.statusReason, value: technician.status_reason }]),
          { label: words.since, value: <Moment at={technician.created_at} form="date" /> },
          { label: words.activated, value: <Moment at={technician.activated_at} never={words.notActivated} form="date" /> },
          ...(invitation === null
            ? []
            : [
                {
                  label: words.invitedUntil,
                  value: <Moment at={invitation.expires_at} form="date" />,
                  hint: invitation.expired ? words.invitationExpired : undefined,
                },
              ]),
        ]}
      />
    </Panel>
  );
}
