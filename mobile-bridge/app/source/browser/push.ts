import type { Phone } from "../core/index.ts";

export type PushOutcome = "on" | "denied" | "unavailable";

export function pushIsPossible(): boolean {
  return "PushManager" in globalThis && "Notification" in globalThis && "serviceWorker" in navigator;
}

/** Asks the person, subscribes at the browser's push service and tells the relay where to send. */
export async function turnPushOn(phone: Phone): Promise<PushOutcome> {
  if (!pushIsPossible()) return "unavailable";
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const key = await phone.pushKey();
  if (!key.ok) return "unavailable";
  try {
    const worker = await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key.value });
    const { endpoint, keys } = subscription.toJSON();
    const { p256dh, auth } = keys ?? {};
    if (endpoint === undefined || p256dh === undefined || auth === undefined) return "unavailable";
    const enabled = await phone.enablePush({ endpoint, p256dh, auth });
    return enabled.ok ? "on" : "unavailable";
  } catch {
    return "unavailable";
  }
}

export async function turnPushOff(phone: Phone): Promise<void> {
  const worker = await navigator.serviceWorker.ready;
  await (await worker.pushManager.getSubscription())?.unsubscribe();
  await phone.disablePush();
}
