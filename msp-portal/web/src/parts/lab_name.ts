const reserved = [".localhost", ".test", ".example", ".invalid", ".local", ".internal"];

/**
 * Whether a host name means nothing to a phone: reserved names, plain words and addresses, for which nobody issues a
 * certificate and no passkey is made.
 */
export function isLabName(host: string): boolean {
  const name = host.toLowerCase();
  if (name.startsWith("[") || /^[\d.]+$/.test(name)) return true;
  return !name.includes(".") || reserved.some((ending) => name.endsWith(ending));
}
