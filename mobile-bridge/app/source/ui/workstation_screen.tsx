import type { RememberedWorkstation, PhoneSnapshot } from "../core/index.ts";
import { CodeCard } from "./code_card.tsx";
import { ConcernNotice } from "./concern_notice.tsx";
import { useApp } from "./context.ts";
import { Facts, Icon, Notice } from "./parts.tsx";

export function WorkstationScreen({ snapshot, workstation }: { snapshot: PhoneSnapshot; workstation: RememberedWorkstation }) {
  const { texts, locale } = useApp();
  const { offlineUntil } = workstation;
  const rows: (readonly [string, string])[] = [[texts.workstation.account, workstation.account]];
  if (snapshot.connection === "online") {
    rows.push([texts.workstation.state, workstation.connected ? texts.home.connected : texts.home.notConnected]);
  }
  const horizon = offlineUntil === null ? null : new Date(offlineUntil).toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric" });
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
      {horizon === null || offlineUntil === null ? null : (
        <p class="quiet">{offlineUntil > Date.now() ? texts.workstation.offlineUntil(horizon) : texts.workstation.offlineEnded}</p>
      )}
    </main>
  );
}
