import type { TestContext } from "node:test";

/** Steps of one walk: after one that failed, those that build on it are skipped instead of failing by time-out. */
export function steps(walk: TestContext) {
  let stopped = false;
  return (name: string, run: () => Promise<void>) =>
    walk.test(name, { skip: stopped }, async () => {
      try {
        await run();
      } catch (error) {
        stopped = true;
        throw error;
      }
    });
}
