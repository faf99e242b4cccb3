import { fromUtf8 } from "./bytes.ts";

// JSON.parse keeps the last of two members with one name and lets lone surrogates pass, so two readers of the same
// signed bytes could see different things. This reader refuses everything that has two readings.

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly members: ReadonlyMap<string, JsonValue> };

export type DecodeErrorKind =
  | "too_large" | "not_utf8" | "syntax" | "too_deep" | "duplicate_member" | "missing_member" | "unknown_member" | "wrong_type"
  | "out_of_range" | "bad_value";

/** What is wrong, and where: a JSON pointer (RFC 6901), empty for the whole text. */
export class DecodeError extends Error {
  readonly kind: DecodeErrorKind;
  readonly path: string;

  constructor(kind: DecodeErrorKind, path: string) {
    super(path === "" ? kind : `${kind} at ${path}`);
    this.name = "DecodeError";
    this.kind = kind;
    this.path = path;
  }
}

export function childPath(path: string, name: string | number): string {
  return `${path}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

const deepest = 16;
const largestInteger = Number.MAX_SAFE_INTEGER;
const numberForm = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'], ["\\", "\\"], ["/", "/"], ["b", "\b"], ["f", "\f"], ["n", "\n"], ["r", "\r"], ["t", "\t"],
]);

/** Throws DecodeError. The size is judged before anything is read. */
export function parseStrictJson(input: string | Uint8Array, sizeLimit: number): JsonValue {
  if (input.length > sizeLimit) throw new DecodeError("too_large", "");
  const text = typeof input === "string" ? input : fromUtf8(input);
  if (text === null) throw new DecodeError("not_utf8", "");
  return new Parser(text).document();
}

function syntaxError(): DecodeError {
  return new DecodeError("syntax", "");
}

class Parser {
  #position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value("", 0);
    this.#skipSpace();
    if (this.#position < this.#text.length) throw syntaxError();
    return value;
  }

  #value(path: string, depth: number): JsonValue {
    this.#skipSpace();
    const character = this.#text[this.#position];
    if (character === "{" || character === "[") {
      if (depth >= deepest) throw new DecodeError("too_deep", "");
      return character === "{" ? this.#object(path, depth + 1) : this.#array(path, depth + 1);
    }
    if (character === '"') return this.#string();
    if (this.#accept("null")) return null;
    if (this.#accept("true")) return true;
    if (this.#accept("false")) return false;
    return this.#number(path);
  }

  #object(path: string, depth: number): JsonObject {
    const members = new Map<string, JsonValue>();
    this.#position += 1;
    this.#skipSpace();
    if (this.#accept("}")) return { members };
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#position] !== '"') throw syntaxError();
      const name = this.#string();
      const memberPath = childPath(path, name);
      if (members.has(name)) throw new DecodeError("duplicate_member", memberPath);
      this.#skipSpace();
      if (!this.#accept(":")) throw syntaxError();
      members.set(name, this.#value(memberPath, depth));
      this.#skipSpace();
      if (this.#accept("}")) return { members };
      if (!this.#accept(",")) throw syntaxError();
    }
  }

  #array(path: string, depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#position += 1;
    this.#skipSpace();
    if (this.#accept("]")) return items;
    for (;;) {
      items.push(this.#value(childPath(path, items.length), depth));
      this.#skipSpace();
      if (this.#accept("]")) return items;
      if (!this.#accept(",")) throw syntaxError();
    }
  }

  #string(): string {
    let text = "";
    this.#position += 1;
    for (;;) {
      const character = this.#text[this.#position];
      if (character === undefined) throw syntaxError();
      this.#position += 1;
      if (character === '"') break;
      if (character < " ") throw syntaxError();
      text += character === "\\" ? this.#escape() : character;
    }
    if (!text.isWellFormed()) throw syntaxError();
    return text;
  }

  #escape(): string {
    const kind = this.#text[this.#position] ?? "";
    this.#position += 1;
    const simple = escapes.get(kind);
    if (simple !== undefined) return simple;
    const digits = this.#text.slice(this.#position, this.#position + 4);
    if (kind !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) throw syntaxError();
    this.#position += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(path: string): number {
    numberForm.lastIndex = this.#position;
    const found = numberForm.exec(this.#text)?.[0];
    if (found === undefined) throw syntaxError();
    this.#position += found.length;
    if (!/^-?[0-9]+$/.test(found)) throw new DecodeError("wrong_type", path);
    const value = Number(found);
    if (Math.abs(value) > largestInteger) throw new DecodeError("out_of_range", path);
    return value;
  }

  #accept(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#position)) return false;
    this.#position += expected.length;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const character = this.#text[this.#position];
      if (character !== " " && character !== "\n" && character !== "\r" && character !== "\t") return;
      this.#position += 1;
    }
  }
}
