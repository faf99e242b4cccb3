import { Button } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { healthQuery, meQuery, teamQuery, technicianQuery } from "../../api/queries";
import type { Me } from "../../api/types";
import { Facts } from "../../parts/facts";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Columns, Page, Panel, Stacked } from "../../parts/page";
import { signOut } from "../../shell/person_menu";
import { useTexts } from "../../texts/texts";
import { PasskeyRows } from "../technicians/passkey_rows";
import { SetUpLinkMaker } from "../technicians/passkeys_panel";
import { TeamForm } from "./team_form";

export function SettingsScreen() {
  const texts = useTexts();
  const team = useQuery(teamQuery);
  return (
    <Page title={texts.settings.title}>
      <Loaded query={useQuery(meQuery)}>
        {(me) => (
          <Columns>
            <Stacked>
              <Panel title={texts.settings.team} lead={texts.settings.teamLead}>
                <Loaded query={team}>{(value) => <TeamForm key={value.etag} team={value} />}</Loaded>
              </Panel>
              <About me={me} />
            </Stacked>
            <Stacked>
              <MyPasskeys me={me} />
              <ThisSession me={me} />
            </Stacked>
          </Columns>
        )}
      </Loaded>
    </Page>
  );
}

function MyPasskeys({ me }: { me: Me }) {
  const texts = useTexts();
  const own = useQuery(technicianQuery(me.technician.id));
  return (
    <Panel title={texts.settings.passkeys}>
      <Loaded query={own}>{({ value }) => <PasskeyRows passkeys={value.passkeys} />}</Loaded>
      <SetUpLinkMaker
        technicianId={me.technician.id}
        button={texts.settings.addPasskey}
        lead={texts.settings.passkeysLead}
      />
    </Panel>
  );
}

function ThisSession({ me }: { me: Me }) {
  const texts = useTexts();
  const words = texts.settings;
  return (
    <Panel title={words.session}>
      <Facts
        facts={[
          { label: words.sessionEnds, value: <Moment at={me.session.expires_at} form="date" /> },
          { label: words.sessionIdle, value: texts.settingsOfCustomer.minutes(me.session.idle_minutes) },
        ]}
      />
      <Button mt="md" size="sm" variant="default" leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
        {words.signOut}
      </Button>
    </Panel>
  );
}

function About({ me }: { me: Me }) {
  const texts = useTexts();
  const words = texts.settings;
  const { data: health } = useQuery(healthQuery);
  return (
    <Panel title={words.about} lead={words.aboutText}>
      <Facts
        facts={[
          { label: words.version, value: health?.version ?? "–" },
          {
            label: words.app,
            value: (
              <a href={me.app_origin} target="_blank" rel="noreferrer">
                {me.app_origin}
              </a>
            ),
          },
          { label: words.mail, value: me.mail ? words.mailOn : words.mailOff },
        ]}
      />
    </Panel>
  );
}
