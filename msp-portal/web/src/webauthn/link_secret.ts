import { decodeBase64url } from "@doorward/protocol";

/** The secret of a link such as `/set-up#<secret>`, or null where it is not one: 32 bytes, base64url. */
export function linkSecret(fragment: string): string | null {
  const text = fragment.replace(/^#/, "");
  return decodeBase64url(text)?.length === 32 ? text : null;
}

const taken = new Map<string, string | null>();

/** Reads the secret once and takes it out of the address bar and the history. */
export function takeLinkSecret(): string | null {
  const path = location.pathname;
  if (location.hash !== "") {
    taken.set(path, linkSecret(location.hash));
    history.replaceState(history.state, "", path);
  }
  return taken.get(path) ?? null;
}
