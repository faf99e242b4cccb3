import type { LiveEvent } from "../api/types";

export type LiveState = "connecting" | "open" | "waiting";

interface Handlers {
  onState: (state: LiveState) => void;
  /** Null: everything may have changed, for instance while the socket was away. */
  onChange: (topic: LiveEvent["topic"]) => void;
}

const longestWait = 5 * 60_000;

/** Full jitter, doubling from one second up to five minutes. */
export function reconnectDelay(attempt: number, random: number): number {
  return random * Math.min(longestWait, 1000 * 2 ** attempt);
}

export function readLiveEvent(text: unknown): LiveEvent | null {
  if (typeof text !== "string") return null;
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event !== "object" || event === null || !("type" in event) || !("topic" in event)) return null;
    return event.type === "hello" || event.type === "changed" ? (event as LiveEvent) : null;
  } catch {
    return null;
  }
}

/** One socket for the whole page. It carries no data, only what to ask for again. */
export function openLiveSocket(url: string, { onState, onChange }: Handlers): () => void {
  let attempt = 0;
  let closed = false;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    onState("connecting");
    socket = new WebSocket(url);
    socket.onmessage = (message) => {
      const event = readLiveEvent(message.data);
      if (!event) return;
      if (event.type === "hello") {
        if (attempt > 0) onChange(null);
        attempt = 0;
        onState("open");
      } else {
        onChange(event.topic);
      }
    };
    socket.onclose = () => {
      if (closed) return;
      onState("waiting");
      attempt += 1;
      timer = setTimeout(connect, reconnectDelay(attempt, Math.random()));
    };
  };
  // A laptop that wakes up, or finds its network again, should not wait for the timer.
  const retry = () => {
    if (timer === undefined || socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(timer);
    connect();
  };
  window.addEventListener("online", retry);
  connect();

  return () => {
    closed = true;
    clearTimeout(timer);
    window.removeEventListener("online", retry);
    socket?.close();
  };
}
