import { useEffect, useState } from "preact/hooks";
import type { Phone, PhoneSnapshot, SessionError } from "../core/index.ts";
import { ActivityScreen } from "./activity_screen.tsx";
import { Context, chooseLanguage, localeFor, textsFor, useApp, useSnapshot } from "./context.ts";
import { HomeScreen } from "./home_screen.tsx";
import { PairScreen } from "./pair_screen.tsx";
import { Button, Icon, Mark, Notice, type IconName } from "./parts.tsx";
import { RequestCard } from "./request_card.tsx";
import { SettingsScreen } from "./settings_screen.tsx";
import { WaitingScreen } from "./waiting_screen.tsx";
import { WelcomeScreen, sessionErrorText } from "./welcome_screen.tsx";
import { WorkstationScreen } from "./workstation_screen.tsx";

const clockTolerance = 10_000;

export function App({ phone, pairingLink }: { phone: Phone; pairingLink: string | null }) {
  const snapshot = useSnapshot(phone);
  const [link, setLink] = useState(pairingLink);
  const language = chooseLanguage(snapshot.preferences.language);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  function finishPairing(): void {
    setLink(null);
    phone.watch();
  }

  return (
    <Context.Provider value={{ phone, texts: textsFor(language), locale: localeFor(language) }}>
      {link === null ? <Screens snapshot={snapshot} /> : <PairScreen link={link} done={finishPairing} />}
    </Context.Provider>
  );
}

function Screens({ snapshot }: { snapshot: PhoneSnapshot }) {
  const { texts } = useApp();
  const route = useRoute();
  const record = snapshot.phone;
  if (!snapshot.started) {
    return (
      <main class="page centred" aria-busy="true">
        <Mark />
        <p class="quiet">{texts.loading}</p>
      </main>
    );
  }
  if (record === null) return <WelcomeScreen />;
  if (record.state === "waiting_for_acceptance") return <WaitingScreen teamName={record.team.name} connection={snapshot.connection} />;
  const asked = snapshot.requests.some((request) => request.state === "open" || request.state === "answering");
  return (
    <>
      <StatusLine snapshot={snapshot} />
      <Requests snapshot={snapshot} />
      <Screen route={route} snapshot={snapshot} />
      {asked ? null : <Navigation route={route} />}
    </>
  );
}

function Screen({ route, snapshot }: { route: string; snapshot: PhoneSnapshot }) {
  const record = snapshot.phone;
  if (record === null) return null;
  const workstation = snapshot.workstations.find((known) => route === `/workstations/${known.id}`);
  if (workstation !== undefined) return <WorkstationScreen snapshot={snapshot} workstation={workstation} />;
  if (route === "/activity") return <ActivityScreen />;
  if (route === "/settings") return <SettingsScreen record={record} preferences={snapshot.preferences} />;
  return <HomeScreen snapshot={snapshot} />;
}

function Requests({ snapshot }: { snapshot: PhoneSnapshot }) {
  const { texts } = useApp();
  const newest = snapshot.requests.find((request) => !request.silent);
  const name = newest?.content.kind === "verified" ? newest.content.facts.device_name : null;
  return (
    <div class="requests">
      <p class="unseen" aria-live="assertive">{name === null || newest?.state !== "open" ? "" : texts.request.announce(name)}</p>
      {snapshot.requests.map((request) => (
        <RequestCard
          key={request.id}
          request={request}
          workstation={snapshot.workstations.find((known) => known.id === request.deviceId) ?? null}
        />
      ))}
    </div>
  );
}

function StatusLine({ snapshot }: { snapshot: PhoneSnapshot }) {
  const { phone, texts, locale } = useApp();
  const [error, setError] = useState<SessionError | null>(null);

  async function signIn(): Promise<void> {
    const signedIn = await phone.signIn();
    setError(signedIn.ok ? null : signedIn.error);
    if (signedIn.ok) phone.watch();
  }

  const offset = snapshot.clockOffset ?? 0;
  const asOf = snapshot.asOf === null ? "" : texts.home.asOf(new Date(snapshot.asOf).toLocaleString(locale, { dateStyle: "short", timeStyle: "short" }));
  return (
    <div class="status-line">
      {snapshot.connection === "offline" ? (
        <p class="bar" role="status">
          <Icon name="offline" />
          <span>
            {texts.home.offline} <small>{asOf}</small>
          </span>
        </p>
      ) : null}
      {snapshot.connection === "signed_out" ? (
        <Notice kind="warning">
          <p>{error === null ? texts.session.ended : sessionErrorText(texts, error)}</p>
          <Button icon="sensor" onPress={() => void signIn()}>{texts.session.signIn}</Button>
        </Notice>
      ) : null}
      {Math.abs(offset) > clockTolerance ? <Notice kind="warning">{texts.home.clock(Math.round(offset / 1000))}</Notice> : null}
    </div>
  );
}

function Navigation({ route }: { route: string }) {
  const { texts } = useApp();
  const places: readonly (readonly [string, IconName, string])[] = [
    ["/", "workstations", texts.home.title],
    ["/activity", "activity", texts.activity.title],
    ["/settings", "settings", texts.settings.title],
  ];
  return (
    <nav class="navigation">
      {places.map(([path, icon, name]) => (
        <a key={path} href={`#${path}`} aria-current={route === path || (path === "/" && route.startsWith("/workstations/")) ? "page" : undefined}>
          <Icon name={icon} />
          <span>{name}</span>
        </a>
      ))}
    </nav>
  );
}

function useRoute(): string {
  const [route, setRoute] = useState(readRoute());
  useEffect(() => {
    const changed = () => {
      setRoute(readRoute());
      scrollTo(0, 0);
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

function readRoute(): string {
  return location.hash.startsWith("#/") ? location.hash.slice(1) : "/";
}
