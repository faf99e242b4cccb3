import { useSyncExternalStore } from "react";

type Listener = () => void;

/** One timer for everything on the page that shows time passing. */
function createClock(interval: number) {
  const listeners = new Set<Listener>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    now = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener: Listener) {
      listeners.add(listener);
      if (timer === undefined) {
        now = Date.now();
        timer = setInterval(tick, interval);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    read: () => now,
  };
}

const seconds = createClock(1000);
const minutes = createClock(30_000);

export const useSecond = () => useSyncExternalStore(seconds.subscribe, seconds.read);
export const useMinute = () => useSyncExternalStore(minutes.subscribe, minutes.read);
