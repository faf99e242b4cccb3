import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { type LiveState, openLiveSocket } from "./live_socket";

const LiveContext = createContext<LiveState>("connecting");

export const useLiveState = () => useContext(LiveContext);

/** Turns what the socket names into stale queries; the pages that show them ask again. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  useEffect(
    () =>
      openLiveSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live`, {
        onState: setState,
        onChange: (topic) => {
          if (topic === null) {
            void client.invalidateQueries();
            return;
          }
          void client.invalidateQueries({ queryKey: [topic] });
          void client.invalidateQueries({ queryKey: ["dashboard"] });
          if (topic === "team" || topic === "rights") void client.invalidateQueries({ queryKey: ["me"] });
        },
      }),
    [client],
  );
  return <LiveContext value={state}>{children}</LiveContext>;
}
