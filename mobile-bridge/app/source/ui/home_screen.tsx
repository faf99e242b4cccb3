import { useEffect, useState } from "preact/hooks";
import { installationOffer, onInstallationOffer } from "../browser/installation.ts";
import { pushIsPossible, turnPushOn } from "../browser/push.ts";
import type { PhoneSnapshot, RememberedWorkstation } from "../core/index.ts";
import { useApp } from "./context.ts";
import { Button, Icon, Notice } from "./parts.tsx";

export function HomeScreen({ snapshot }: { snapshot: PhoneSnapshot }) {
  const { texts } = useApp();
  const [wanted, setWanted] = useState("");
  const listed = snapshot.workstations.filter((workstation) => workstation.listed);
  const found = listed.filter((workstation) => matches(workstation, wanted));
  return (
    <main class="page">
      <h1>{texts.home.title}</h1>
      <Suggestions snapshot={snapshot} />
      {listed.length === 0 ? (
        <div class="empty">
          <Icon name="workstations" />
          <h2>{texts.home.noneTitle}</h2>
          <p>{texts.home.none}</p>
        </div>
      ) : (
        <label class="search">
          <Icon name="search" />
          <input
            type="search"
            aria-label={texts.home.search}
            placeholder={texts.home.search}
            value={wanted}
            autocomplete="off"
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </label>
      )}
      {listed.length > 0 && found.length === 0 ? <p class="quiet" role="status">{texts.home.notFound(wanted)}</p> : null}
      {groupByCustomer(found).map(([customer, workstations]) => (
        <section key={customer} aria-label={customer}>
          <h2 class="group">{customer}</h2>
          <ul class="list">
            {workstations.map((workstation) => (
              <Row key={workstation.id} workstation={workstation} online={snapshot.connection === "online"} />
            ))}
          </ul>
        </section>
      ))}
    </main>
  );
}

/** Whether a machine is connected is said only while the phone itself hears it. */
function Row({ workstation, online }: { workstation: RememberedWorkstation; online: boolean }) {
  const { texts } = useApp();
  const state = workstation.connected ? texts.home.connected : texts.home.notConnected;
  return (
    <li>
      <a class="row" href={`#/workstations/${workstation.id}`}>
        <span class={online && workstation.connected ? "dot on" : "dot"} aria-hidden="true" />
        <span class="row-text">
          <strong>{workstation.name}</strong>
          <small>{online ? `${workstation.account} · ${state}` : workstation.account}</small>
          {workstation.concern === null ? null : (
            <span class="tag">
              <Icon name="warning" /> {texts.home.check}
            </span>
          )}
        </span>
        <Icon name="forward" />
      </a>
    </li>
  );
}

/** Notifications and installation, offered once each and never in the way. */
function Suggestions({ snapshot }: { snapshot: PhoneSnapshot }) {
  const { phone, texts } = useApp();
  const [install, setInstall] = useState(installationOffer);
  useEffect(() => onInstallationOffer(() => setInstall(installationOffer)), []);
  const { push, pushDeclined } = snapshot.preferences;
  if (!push && !pushDeclined && pushIsPossible() && Notification.permission === "default" && snapshot.connection === "online") {
    return (
      <Notice kind="plain">
        <p>{texts.home.push}</p>
        <div class="pair">
          <Button onPress={() => void phone.declinePush()}>{texts.notNow}</Button>
          <Button kind="primary" icon="bell" onPress={() => void turnPushOn(phone).then((outcome) => (outcome === "on" ? undefined : phone.declinePush()))}>
            {texts.home.pushOn}
          </Button>
        </div>
      </Notice>
    );
  }
  if (install === null) return null;
  return (
    <Notice kind="plain">
      <p>{texts.home.install}</p>
      <Button onPress={() => void install()}>{texts.home.installButton}</Button>
    </Notice>
  );
}

function matches(workstation: RememberedWorkstation, wanted: string): boolean {
  const text = `${workstation.name} ${workstation.tenantName}`.toLocaleLowerCase();
  return wanted.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function groupByCustomer(workstations: readonly RememberedWorkstation[]): readonly (readonly [string, readonly RememberedWorkstation[]])[] {
  const ordered = workstations.toSorted(
    (left, right) => left.tenantName.localeCompare(right.tenantName) || left.name.localeCompare(right.name, undefined, { numeric: true }),
  );
  return [...Map.groupBy(ordered, (workstation) => workstation.tenantName)];
}
