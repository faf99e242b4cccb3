import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { WebSocketServer } from "ws";
import type { LiveEvent } from "../../src/api/types.ts";
import { type Answer, type Call, ok, problem } from "./answers.ts";
import { effectOf } from "./entries.ts";
import { inside, open } from "./routes.ts";
import { FakeState } from "./state.ts";

const built = join(import.meta.dirname, "../../../../build/web/portal");

/** What the portal sends with every page; the pages have to live with exactly this. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const types: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const cookieName = "doorward-portal";

/** Serves the built pages and a portal that lives in memory: only for tests of the pages themselves. */
export class FakePortal {
  readonly state = new FakeState();
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  #silent = false;
  readonly #sockets = new WebSocketServer({ noServer: true });

  static async start(): Promise<FakePortal> {
    const portal = new FakePortal();
    portal.#server.on("upgrade", (request, socket, head) => {
      if (portal.#silent || request.url !== "/api/v1/live" || !portal.#signedIn(request)) {
        socket.destroy();
        return;
      }
      portal.#sockets.handleUpgrade(request, socket, head, (live) => {
        live.send(JSON.stringify({ type: "hello", topic: null, ids: [] } satisfies LiveEvent));
      });
    });
    await new Promise<void>((resolve) => portal.#server.listen(0, "127.0.0.1", resolve));
    return portal;
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://localhost:${port}`;
  }

  changed(topic: LiveEvent["topic"]) {
    const message = JSON.stringify({ type: "changed", topic, ids: [] } satisfies LiveEvent);
    for (const client of this.#sockets.clients) client.send(message);
  }

  /** As when the portal restarts or the network is away: no live socket holds and none opens. */
  silence(silent: boolean) {
    this.#silent = silent;
    if (silent) for (const client of this.#sockets.clients) client.terminate();
  }

  async close() {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #signedIn(request: IncomingMessage): boolean {
    const { session } = this.state;
    return session !== null && (request.headers.cookie ?? "").includes(`${cookieName}=${session}`);
  }

  async #handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "/", this.origin);
    if (url.pathname.startsWith("/api/v1/")) {
      this.#send(response, await this.#answer(request, url));
      return;
    }
    const file = normalize(url.pathname).replace(/^\/+/, "");
    const path = extname(file) in types ? file : "index.html";
    const content = await readFile(join(built, path)).catch(() => null);
    response.writeHead(content === null ? 404 : 200, {
      "Content-Type": types[extname(path)],
      "Content-Security-Policy": contentSecurityPolicy,
      "X-Content-Type-Options": "nosniff",
    });
    response.end(content ?? undefined);
  }

  async #answer(request: IncomingMessage, url: URL): Promise<Answer> {
    const path = url.pathname.slice("/api/v1/".length).split("/");
    const method = request.method ?? "GET";
    if (method !== "GET" && request.headers["content-type"] !== "application/json") {
      return problem(415, "wrong_media_type");
    }
    const idAt = path[0] === "me" ? 2 : 1;
    const isId = (index: number) => (index === idAt && !named.has(path.join("/"))) || path[index - 1] === "members";
    const shape = path.map((part, index) => (isId(index) ? ":" : part)).join("/");
    const handler = open[`${method} ${shape}`];
    const guarded = inside[`${method} ${shape}`];
    if (!handler && !guarded) return problem(404, "not_found");
    if (!handler && !this.#signedIn(request)) return problem(401, "unauthenticated");
    if (request.headers["doorward-preview"] === "true") return ok(effectOf(this.state, method, path));
    const text = await readAll(request);
    const call: Call = {
      state: this.state,
      path,
      query: url.searchParams,
      body: text === "" ? {} : JSON.parse(text),
      ifMatch: request.headers["if-match"],
      origin: this.origin,
      changed: (topic) => this.changed(topic),
    };
    return (handler ?? guarded)?.(call) ?? problem(404, "not_found");
  }

  #send(response: ServerResponse, { status, body, etag, session }: Answer) {
    if (session !== undefined) {
      this.state.session = session;
      response.setHeader("Set-Cookie", `${cookieName}=${session ?? ""}; Path=/; HttpOnly; SameSite=Strict`);
    }
    if (etag !== undefined) response.setHeader("ETag", etag);
    response.setHeader("Content-Type", status >= 400 ? "application/problem+json" : "application/json");
    response.writeHead(status);
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }
}

/** Paths without an id in them. */
const named = new Set(
  [...Object.keys(open), ...Object.keys(inside)]
    .map((key) => key.split(" ")[1] ?? "")
    .filter((path) => !path.includes(":")),
);

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
