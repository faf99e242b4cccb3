import type { LiveHandlers, RelayAnswer, Transport } from "../core/index.ts";

const deadline = 15_000;

/** Same-origin fetch and WebSocket; the session cookie is the browser's business. */
export class BrowserTransport implements Transport {
  get hostName(): string {
    return location.hostname;
  }

  async send(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body: string | null): Promise<RelayAnswer | null> {
    try {
      const answer = await fetch(path, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(deadline),
        // Also without a body: the relay takes no state-changing call that a foreign page could make.
        ...(method === "GET" ? {} : { headers: { "Content-Type": "application/json" } }),
        ...(body === null ? {} : { body }),
      });
      const date = Date.parse(answer.headers.get("Date") ?? "");
      return { status: answer.status, date: Number.isNaN(date) ? null : date, text: await answer.text() };
    } catch {
      return null;
    }
  }

  openLive(path: string, handlers: LiveHandlers): () => void {
    const socket = new WebSocket(`wss://${location.host}${path}`);
    socket.onopen = () => handlers.opened();
    socket.onclose = () => handlers.closed();
    socket.onmessage = (message: MessageEvent<unknown>) => {
      if (typeof message.data === "string") handlers.received(message.data);
    };
    return () => socket.close();
  }
}
