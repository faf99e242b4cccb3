interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

let waiting: InstallPrompt | null = null;
const listeners = new Set<() => void>();

/** Browsers offer installation once, as an event, often before anything is drawn. */
export function listenForInstallation(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    waiting = event as InstallPrompt;
    for (const listener of listeners) listener();
  });
}

export function installationOffer(): (() => Promise<void>) | null {
  const offer = waiting;
  if (offer === null) return null;
  return async () => {
    waiting = null;
    await offer.prompt();
    for (const listener of listeners) listener();
  };
}

export function onInstallationOffer(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The worker makes the app open without a network. A new version waits until the app is closed. */
export function registerWorker(): void {
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
}
