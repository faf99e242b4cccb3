import { type Answer, body } from "./client";
import type { Effect } from "./types";

/** With it the portal does nothing, and says who would gain and lose what. */
export const previewing = { "Doorward-Preview": "true" } as const;

/** What would follow from a call that was made with it. */
export async function effectOf(call: Promise<Answer<unknown>>): Promise<Effect> {
  return (await body(call)) as Effect;
}
