/** Where to go after signing in: a path of this portal, never an address somebody put into a link. */
export function safeReturn(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next)) return "/";
  return next.startsWith("/sign-in") ? "/" : next;
}
