import { isShortText, usernameForm } from "@doorward/protocol";

// The forms of WIRE.md section 1, to say what is wrong before asking the server; the server decides.

export const isName = (text: string) => isShortText(text.trim());

export const isUsername = (text: string) => usernameForm.test(text);

export const isPrefix = (text: string) => /^[a-z][a-z0-9]{0,7}-$/.test(text);

export const isEmail = (text: string) => /^[^\s@]+@[^\s@]+$/.test(text.trim()) && text.trim().length <= 254;

/** The first name without its accents: `Núria Vall` becomes `nuria`. */
export function suggestUsername(name: string): string {
  const first = name.trim().split(/\s+/)[0] ?? "";
  return first
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replace(/[^a-z0-9-]/g, "")
    .replace(/^[^a-z]+/, "")
    .slice(0, 20);
}
