import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { problemOf } from "../api/problem";

/** The server's state lives here and nowhere else. `onSignedOut` runs when the session turns out to be over. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const watch = (error: unknown) => {
    if (problemOf(error).word === "unauthenticated") onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => {
          const { word } = problemOf(error);
          return (word === "unreachable" || word === "unavailable") && failures < 2;
        },
      },
    },
  });
}
