import type { RememberedWorkstation, PhoneSnapshot } from "../core/index.ts";
import { CodeCard } from "./code_card.tsx";
import { ConcernNotice } from "./concern_notice.tsx";
import { useApp } from "./context.ts";
import { Facts, Icon, Notice } from "./parts.tsx";

const dayMilliseconds = 86_400_000;

export function WorkstationScreen({ snapshot, workstation }: { snapshot: PhoneSnapshot; workstation: RememberedWorkstation }) {
  const { texts } = useApp();
  const rows: (readonly [string, string])[] = [[texts.workstation.account, workstation.account]];
  if (snapshot.connection === "online") {
    rows.push([texts.workstation.state, workstation.connected ? texts.home.connected : texts.home.notConnected]);
  }
  return (
    <main class="page">
      <a class="back" href="#/">
        <Icon name="back" /> {texts.home.title}
      </a>
      <p class="tenant">{workstation.tenantName}</p>
      <h1 class="machine">{workstation.name}</h1>
      {workstation.listed ? null : <Notice kind="warning">{texts.workstation.unlisted}</Notice>}
      {workstation.concern === null ? (
        <CodeCard snapshot={snapshot} workstation={workstation} />
      ) : (
        <ConcernNotice id={workstation.id} name={workstation.name} concern={workstation.concern} />
      )}
      <Facts rows={rows} />
      {workstation.offlineUntil === null ? null : <Horizon until={workstation.offlineUntil} />}
    </main>
  );
}

function Horizon({ until }: { until: number }) {
  const { texts, locale } = useApp();
  const left = until - Date.now();
  const date = new Date(until).toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric" });
  const text = left > 0 ? texts.workstation.offlineUntil(Math.floor(left / dayMilliseconds), date) : texts.workstation.offlineEnded;
  return <p class="quiet">{text}</p>;
}
