import type { LiveEvent } from "../api/types";

type Topic = LiveEvent["topic"];

const quick = 150;
const calm = 2000;

/**
 * A thousand workstations that come back at once are a thousand events: the first shows at once, what follows within
 * two seconds shows together. Otherwise a page would ask for the same list over and over and never see it whole.
 */
export function gather(tell: (topics: ReadonlySet<Topic>) => void) {
  let waiting = new Set<Topic>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const flush = () => {
    timer = undefined;
    last = Date.now();
    const topics = waiting;
    waiting = new Set();
    tell(topics);
  };
  return {
    add(topic: Topic) {
      waiting.add(topic);
      timer ??= setTimeout(flush, Math.max(quick, last + calm - Date.now()));
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
