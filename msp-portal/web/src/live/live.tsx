import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { gather } from "./gather";
import { type LiveState, openLiveSocket } from "./live_socket";

const LiveContext = createContext<LiveState>("connecting");

export const useLiveState = () => useContext(LiveContext);

/** Turns what the socket names into stale queries; the pages that show them ask again. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(() => {
    const told = gather((topics) => {
      if (topics.has(null)) {
        void client.invalidateQueries();
        return;
      }
      for (const topic of ["dashboard", "entries", ...topics]) void client.invalidateQueries({ queryKey: [topic] });
      if (topics.has("team") || topics.has("rights")) void client.invalidateQueries({ queryKey: ["me"] });
    });
    const close = openLiveSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live`, {
      onState: setState,
      onChange: told.add,
    });
    return () => {
      close();
      told.stop();
    };
  }, [client]);
  return <LiveContext value={state}>{children}</LiveContext>;
}
