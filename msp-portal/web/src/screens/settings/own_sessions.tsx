import { Button, Group } from "@mantine/core";
import { IconDeviceLaptop, IconLogout } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, nothing } from "../../api/client";
import { sessionsQuery } from "../../api/queries";
import type { AdminSession, Me } from "../../api/types";
import { StateBadge } from "../../parts/badge";
import { Loaded } from "../../parts/loaded";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import small from "../../parts/small.module.css";
import { useAct } from "../../parts/use_act";
import { signOut } from "../../shell/person_menu";
import { useTexts } from "../../texts/texts";
import technicians from "../technicians/technicians.module.css";
import { browserWords } from "./browser_words";

/** Where this person is signed in, and the way to end it. */
export function OwnSessions({ me }: { me: Me }) {
  const texts = useTexts();
  const words = texts.settings;
  const ending = useAct({
    act: () => nothing(api.POST("/me/sessions/end-others")),
    touches: ["sessions"],
    says: () => words.othersEnded,
    errors: "toast",
  });
  return (
    <Panel title={words.sessions} lead={words.sessionsLead(me.session.idle_minutes)}>
      <Loaded query={useQuery(sessionsQuery)}>
        {(sessions) => (
          <>
            <ul className={`${small.plain} ${small.rows}`} aria-label={words.sessions}>
              {sessions.map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </ul>
            <Group gap="sm" mt="md">
              <Button size="sm" variant="default" leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
                {words.signOut}
              </Button>
              {sessions.length > 1 && (
                <Button size="sm" variant="default" loading={ending.isPending} onClick={() => ending.mutate()}>
                  {words.endOthers}
                </Button>
              )}
            </Group>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function SessionRow({ session }: { session: AdminSession }) {
  const words = useTexts().settings;
  const ending = useAct({
    act: () =>
      nothing(api.DELETE("/me/sessions/{session_id}", { params: { path: { session_id: session.id } } })),
    touches: ["sessions"],
    says: () => words.sessionEnded,
    errors: "toast",
  });
  const browser = browserWords(session.user_agent) || words.unknownBrowser;
  return (
    <li className={technicians.key}>
      <IconDeviceLaptop size={20} stroke={1.6} aria-hidden="true" />
      <div className={technicians.keyText}>
        <strong>{browser}</strong>
        <span className={small.hint}>
          {words.from} {session.address} · {session.passkey.name}
        </span>
        <span className={small.hint}>
          {words.signedIn} <Moment at={session.created_at} /> · {words.lastUsed} <Moment at={session.last_used_at} />
        </span>
      </div>
      {session.current ? (
        <StateBadge tone="good">{words.current}</StateBadge>
      ) : (
        <Button
          size="xs"
          variant="default"
          aria-label={words.endSession(browser, session.address)}
          loading={ending.isPending}
          onClick={() => ending.mutate()}
        >
          {words.end}
        </Button>
      )}
    </li>
  );
}
