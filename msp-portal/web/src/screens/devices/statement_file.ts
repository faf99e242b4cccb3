/** The signed envelope in a file that a workstation wrote; null for any other file. The portal checks what is in it. */
export function readStatement(text: string): { body: string; signature: string } | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { body, signature } = value as Record<string, unknown>;
    return typeof body === "string" && typeof signature === "string" ? { body, signature } : null;
  } catch {
    return null;
  }
}
