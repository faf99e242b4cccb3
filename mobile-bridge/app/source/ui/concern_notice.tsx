import { useState } from "preact/hooks";
import type { DeviceId } from "@doorward/protocol";
import type { RequestConcern } from "../core/index.ts";
import { useApp } from "./context.ts";
import { Button, Icon } from "./parts.tsx";

/** What is odd about a workstation, and how to accept it: with care, in two steps. */
export function ConcernNotice({ id, name, concern }: { id: DeviceId; name: string; concern: RequestConcern }) {
  const { phone, texts } = useApp();
  const [checked, setChecked] = useState(false);
  const explanation = texts.concern.explain(concern, name);
  return (
    <section class="notice warning concern" role="alert">
      <h3>
        <Icon name="warning" /> {texts.concern.titles[concern.kind]}
      </h3>
      <p>{explanation}</p>
      {concern.kind === "name_differs" ? (
        <p>{texts.concern.noWay}</p>
      ) : (
        <>
          <label class="check">
            <input type="checkbox" checked={checked} onChange={(event) => setChecked(event.currentTarget.checked)} />
            <span>{concern.kind === "renamed" ? texts.concern.checkRenamed : texts.concern.check}</span>
          </label>
          <Button disabled={!checked} onPress={() => void phone.confirmWorkstation(id)}>{texts.concern.confirm}</Button>
        </>
      )}
    </section>
  );
}
