import { useEffect, useState } from "react";
import { takeLinkSecret } from "./link_secret";

/** The secret of the link this page was opened by, also when a link is pasted into the open page. */
export function useLinkSecret(): string | null {
  const [secret, setSecret] = useState(takeLinkSecret);
  useEffect(() => {
    const takeAgain = () => setSecret(takeLinkSecret());
    window.addEventListener("hashchange", takeAgain);
    return () => window.removeEventListener("hashchange", takeAgain);
  }, []);
  return secret;
}
