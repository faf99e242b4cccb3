// What every route of the fake portal is made of.
import { decodeBase64url, encodeBase64url } from "@doorward/protocol";
import type * as Api from "../../src/api/types.ts";
import { type FakeState, id } from "./state.ts";

export interface Call {
  state: FakeState;
  path: readonly string[];
  query: URLSearchParams;
  body: unknown;
  ifMatch: string | undefined;
  origin: string;
  changed: (topic: Api.LiveEvent["topic"]) => void;
}

export interface Answer {
  status: number;
  body?: unknown;
  etag?: string;
  session?: string | null;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

export const problem = (status: number, word: string, detail = ""): Answer => ({
  status,
  body: {
    type: `urn:doorward:problem:${word}`,
    title: word,
    status,
    detail,
    request_id: id(),
    errors: [],
  } satisfies Api.Problem,
});

export const notFound = () => problem(404, "not_found");
export const ok = (body: unknown, etag?: string): Answer => ({ status: 200, body, etag });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const gone: Answer = { status: 204 };

export function page<Item>(items: readonly Item[], query: URLSearchParams): Answer {
  const start = Number(query.get("after") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  const end = start + limit;
  return ok({ items: items.slice(start, end), next: end < items.length ? String(end) : null });
}

export const find = <Item extends { id: string }>(items: readonly Item[], wanted: string | undefined) =>
  items.find((item) => item.id === wanted);

export function drop<Item extends { id: string }>(items: Item[], wanted: string | undefined): boolean {
  const index = items.findIndex((item) => item.id === wanted);
  if (index >= 0) items.splice(index, 1);
  return index >= 0;
}

/** What the authenticator signed has to be what the server would have computed. */
export async function challengeHolds(clientData: string, type: string, expected: Uint8Array, origin: string): Promise<boolean> {
  const parsed: unknown = JSON.parse(Buffer.from(clientData, "base64url").toString());
  if (typeof parsed !== "object" || parsed === null) return false;
  const data = parsed as Record<string, unknown>;
  return data.type === type && data.origin === origin && data.challenge === encodeBase64url(expected);
}

export const bytesOf = (text: string) => decodeBase64url(text) ?? new Uint8Array();
