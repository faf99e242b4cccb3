import { fromUtf8 } from "./bytes.ts";

// JSON.parse keeps the last of two members with one name and lets lone surrogates pass, so two readers of the same
// signed bytes could see different things. This reader refuses everything that has two readings.

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly members: ReadonlyMap<string, JsonValue> };

/** What is wrong, and where: `$.policy.devices[2]`. */
export class DecodeError extends Error {
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = "DecodeError";
    this.path = path;
    this.problem = problem;
  }
}

const deepest = 16;
const largestInteger = Number.MAX_SAFE_INTEGER;
const numberForm = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'], ["\\", "\\"], ["/", "/"], ["b", "\b"], ["f", "\f"], ["n", "\n"], ["r", "\r"], ["t", "\t"],
]);

/** Throws DecodeError. The size is judged before anything is read. */
export function parseStrictJson(input: string | Uint8Array, sizeLimit: number): JsonValue {
  if (input.length > sizeLimit) throw new DecodeError("$", "too large");
  const text = typeof input === "string" ? input : fromUtf8(input);
  if (text === null) throw new DecodeError("$", "not UTF-8");
  return new Parser(text).document();
}

class Parser {
  #position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value("$", 0);
    this.#skipSpace();
    if (this.#position < this.#text.length) throw new DecodeError("$", "trailing bytes");
    return value;
  }

  #value(path: string, depth: number): JsonValue {
    this.#skipSpace();
    const character = this.#text[this.#position];
    if (character === "{" || character === "[") {
      if (depth >= deepest) throw new DecodeError(path, "nested too deep");
      return character === "{" ? this.#object(path, depth + 1) : this.#array(path, depth + 1);
    }
    if (character === '"') return this.#string(path);
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
      if (this.#text[this.#position] !== '"') throw new DecodeError(path, "member name expected");
      const name = this.#string(path);
      const memberPath = `${path}.${name}`;
      if (members.has(name)) throw new DecodeError(memberPath, "duplicate member");
      this.#skipSpace();
      if (!this.#accept(":")) throw new DecodeError(memberPath, "colon expected");
      members.set(name, this.#value(memberPath, depth));
      this.#skipSpace();
      if (this.#accept("}")) return { members };
      if (!this.#accept(",")) throw new DecodeError(path, "comma or closing brace expected");
    }
  }

  #array(path: string, depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#position += 1;
    this.#skipSpace();
    if (this.#accept("]")) return items;
    for (;;) {
      items.push(this.#value(`${path}[${items.length}]`, depth));
      this.#skipSpace();
      if (this.#accept("]")) return items;
      if (!this.#accept(",")) throw new DecodeError(path, "comma or closing bracket expected");
    }
  }

  #string(path: string): string {
    let text = "";
    this.#position += 1;
    for (;;) {
      const character = this.#text[this.#position];
      if (character === undefined) throw new DecodeError(path, "unfinished text");
      this.#position += 1;
      if (character === '"') break;
      if (character < " ") throw new DecodeError(path, "control character in text");
      text += character === "\\" ? this.#escape(path) : character;
    }
    if (!text.isWellFormed()) throw new DecodeError(path, "lone surrogate");
    return text;
  }

  #escape(path: string): string {
    const kind = this.#text[this.#position] ?? "";
    this.#position += 1;
    const simple = escapes.get(kind);
    if (simple !== undefined) return simple;
    const digits = this.#text.slice(this.#position, this.#position + 4);
    if (kind !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) throw new DecodeError(path, "bad escape");
    this.#position += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(path: string): number {
    numberForm.lastIndex = this.#position;
    const found = numberForm.exec(this.#text)?.[0];
    if (found === undefined) throw new DecodeError(path, "value expected");
    this.#position += found.length;
    const value = Number(found);
    if (!/^-?[0-9]+$/.test(found) || Math.abs(value) > largestInteger) throw new DecodeError(path, "integer expected");
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
