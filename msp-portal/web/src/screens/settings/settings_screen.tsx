import { useQuery } from "@tanstack/react-query";
import { healthQuery, meQuery, teamQuery } from "../../api/queries";
import type { Me } from "../../api/types";
import { Facts } from "../../parts/facts";
import { Loaded } from "../../parts/loaded";
import { Columns, Page, Panel, Stacked } from "../../parts/page";
import { useTexts } from "../../texts/texts";
import { CustodianPanel } from "./custodian_panel";
import { OwnPasskeys } from "./own_passkeys";
import { OwnSessions } from "./own_sessions";
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
              <OwnPasskeys me={me} />
              <CustodianPanel me={me} />
              <OwnSessions me={me} />
            </Stacked>
          </Columns>
        )}
      </Loaded>
    </Page>
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
