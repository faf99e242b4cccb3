import createClient from "openapi-fetch";
import { ProblemError } from "./problem";
import type { paths } from "./schema";

export const api = createClient<paths>({
  baseUrl: "/api/v1",
  // The server asks for it on every call that changes something, also where there is no body.
  headers: { "Content-Type": "application/json" },
  credentials: "same-origin",
  cache: "no-store",
});

export interface Answer<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** A resource with the version it had when it was read; `If-Match` sends it back. */
export interface Versioned<Body> {
  value: Body;
  etag: string;
}

async function settled<Body>(call: Promise<Answer<Body>>): Promise<Answer<Body>> {
  let answer: Answer<Body>;
  try {
    answer = await call;
  } catch {
    throw ProblemError.unreachable();
  }
  if (!answer.response.ok) throw ProblemError.from(answer.response.status, answer.error);
  return answer;
}

/** The body together with the response it came in, for what its headers say. */
export async function received<Body>(call: Promise<Answer<Body>>): Promise<{ data: NonNullable<Body>; response: Response }> {
  const { data, response } = await settled(call);
  if (data === undefined || data === null) throw ProblemError.from(response.status, undefined);
  return { data, response };
}

export async function body<Body>(call: Promise<Answer<Body>>): Promise<NonNullable<Body>> {
  return (await received(call)).data;
}

export async function nothing(call: Promise<Answer<unknown>>): Promise<void> {
  await settled(call);
}

export async function versioned<Body>(call: Promise<Answer<Body>>): Promise<Versioned<NonNullable<Body>>> {
  const { data, response } = await received(call);
  return { value: data, etag: response.headers.get("ETag") ?? "" };
}

interface Listed<Item> {
  items: readonly Item[];
  next: string | null;
}

const pageSize = 200;

/** Follows `next` to the end, or fails: grids sort, filter and export everything there is, never a part of it. */
export async function everyPage<Item>(page: (after: string | undefined, limit: number) => Promise<Listed<Item>>) {
  const items: Item[] = [];
  let after: string | undefined;
  for (;;) {
    const listed = await page(after, pageSize);
    items.push(...listed.items);
    if (listed.next === null) return items;
    // A cursor that does not move, or a page of nothing, would be asked for until the tab is closed.
    if (listed.next === after || listed.items.length === 0) throw new ProblemError("internal", {});
    after = listed.next;
  }
}
