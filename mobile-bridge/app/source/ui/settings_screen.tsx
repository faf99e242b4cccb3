import { useState } from "preact/hooks";
import { turnPushOff, turnPushOn, type PushOutcome } from "../browser/push.ts";
import type { PhoneRecord, Preferences } from "../core/index.ts";
import { useApp, type Language } from "./context.ts";
import { Button, Facts, Notice } from "./parts.tsx";

declare const appVersion: string;

export function SettingsScreen({ record, preferences }: { record: PhoneRecord; preferences: Preferences }) {
  const { phone, texts } = useApp();
  return (
    <main class="page">
      <h1>{texts.settings.title}</h1>
      <section class="card">
        <Facts
          rows={[
            [texts.settings.phone, record.label],
            [texts.settings.person, `${record.technician.name} (${record.technician.username})`],
            [texts.settings.team, record.team.name],
          ]}
        />
        <h2>{texts.settings.strength}</h2>
        <p>{texts.settings.strengths[record.strength]}</p>
      </section>
      <PushSetting on={preferences.push} />
      <section class="card">
        <label class="field">
          <span>{texts.settings.language}</span>
          <select
            value={preferences.language ?? ""}
            onChange={(event) => void phone.setLanguage(event.currentTarget.value === "" ? null : (event.currentTarget.value as Language))}
          >
            <option value="">{texts.settings.automatic}</option>
            <option value="en">English</option>
            <option value="de">Deutsch</option>
          </select>
        </label>
      </section>
      <ForgetSetting />
      <section class="card">
        <h2>{texts.settings.about}</h2>
        <p class="quiet">{texts.settings.aboutText(appVersion)}</p>
      </section>
    </main>
  );
}

function PushSetting({ on }: { on: boolean }) {
  const { phone, texts } = useApp();
  const [outcome, setOutcome] = useState<PushOutcome | null>(null);
  return (
    <section class="card">
      <h2>{texts.settings.push}</h2>
      <p>{on ? texts.settings.pushOn : texts.settings.pushOff}</p>
      {outcome === "denied" ? <Notice kind="warning">{texts.settings.pushDenied}</Notice> : null}
      {outcome === "unavailable" ? <Notice kind="warning">{texts.settings.pushUnavailable}</Notice> : null}
      {on ? (
        <Button onPress={() => void turnPushOff(phone)}>{texts.settings.turnOff}</Button>
      ) : (
        <Button icon="bell" onPress={() => void turnPushOn(phone).then(setOutcome)}>{texts.settings.turnOn}</Button>
      )}
    </section>
  );
}

function ForgetSetting() {
  const { phone, texts } = useApp();
  const [asking, setAsking] = useState(false);
  return (
    <section class="card">
      <h2>{texts.settings.forget}</h2>
      <p class="quiet">{texts.settings.forgetText}</p>
      {asking ? (
        <div class="pair">
          <Button onPress={() => setAsking(false)}>{texts.settings.cancel}</Button>
          <Button kind="danger" onPress={() => void phone.forget()}>{texts.settings.forgetConfirm}</Button>
        </div>
      ) : (
        <Button kind="danger" onPress={() => setAsking(true)}>{texts.settings.forget}</Button>
      )}
    </section>
  );
}
