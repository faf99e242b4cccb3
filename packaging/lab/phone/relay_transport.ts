import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { LiveHandlers, RelayAnswer, Transport } from "@doorward/phone-app/core";

const deadline = 15_000;
const answerLimit = 8 * 1024 * 1024;

/** HTTPS to the relay with one trusted CA and a cookie kept in the state folder. */
export class RelayTransport implements Transport {
  readonly #origin: URL;
  readonly #ca: string;
  readonly #cookieFile: string;

  constructor(origin: URL, ca: string, stateFolder: string) {
    this.#origin = origin;
    this.#ca = ca;
    this.#cookieFile = join(stateFolder, "cookie");
  }

  get hostName(): string {
    return this.#origin.hostname;
  }

  send(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body: string | null): Promise<RelayAnswer | null> {
    const headers: Record<string, string> = { Accept: "application/json", Host: this.#origin.host };
    if (method !== "GET") headers["Content-Type"] = "application/json";
    if (body !== null) headers["Content-Length"] = String(Buffer.byteLength(body));
    if (existsSync(this.#cookieFile)) headers["Cookie"] = readFileSync(this.#cookieFile, "utf8");
    return new Promise((resolve) => {
      const sent = request(
        {
          method,
          path,
          headers,
          host: connectTo(this.#origin.hostname),
          servername: this.#origin.hostname,
          port: this.#origin.port === "" ? 443 : Number(this.#origin.port),
          ca: this.#ca,
          agent: false,
          timeout: deadline,
        },
        (answer) => {
          const parts: Buffer[] = [];
          let length = 0;
          answer.on("data", (part: Buffer) => {
            length += part.length;
            if (length > answerLimit) answer.destroy(new Error("answer too large"));
            else parts.push(part);
          });
          answer.on("error", () => resolve(null));
          answer.on("end", () => {
            this.#keepCookie(answer.headers["set-cookie"] ?? []);
            const date = Date.parse(answer.headers.date ?? "");
            resolve({ status: answer.statusCode ?? 0, date: Number.isNaN(date) ? null : date, text: Buffer.concat(parts).toString("utf8") });
          });
        },
      );
      sent.on("timeout", () => sent.destroy());
      sent.on("error", () => resolve(null));
      sent.end(body ?? undefined);
    });
  }

  /** The virtual phone asks again and again instead. */
  openLive(_path: string, handlers: LiveHandlers): () => void {
    queueMicrotask(handlers.closed);
    return () => undefined;
  }

  #keepCookie(lines: readonly string[]): void {
    const cookie = lines.map((line) => line.split(";", 1)[0] ?? "").find((pair) => pair.startsWith("__Host-doorward-app="));
    if (cookie === undefined) return;
    writeFileSync(`${this.#cookieFile}.new`, cookie, { mode: 0o600 });
    renameSync(`${this.#cookieFile}.new`, this.#cookieFile);
  }
}

/** Names under .localhost are this machine by definition (RFC 6761), whatever the resolver thinks. */
function connectTo(hostName: string): string {
  return hostName === "localhost" || hostName.endsWith(".localhost") ? "127.0.0.1" : hostName;
}
