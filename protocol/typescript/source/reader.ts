import { decodeBase64url } from "./base64url.ts";
import type { Bytes } from "./bytes.ts";
import { parseId, type Id } from "./identifiers.ts";
import { DecodeError, parseStrictJson, type JsonObject, type JsonValue } from "./strict_json.ts";
import { isShortText } from "./texts.ts";
import { parseTime } from "./time.ts";

/** Reads a value of known shape; every complaint names its path. */
export class Reader {
  readonly #value: JsonValue;
  readonly path: string;

  constructor(value: JsonValue, path = "$") {
    this.#value = value;
    this.path = path;
  }

  static parse(input: string | Uint8Array, sizeLimit: number): Reader {
    return new Reader(parseStrictJson(input, sizeLimit));
  }

  refuse(problem: string): never {
    throw new DecodeError(this.path, problem);
  }

  /** Exactly these members: a missing or an unknown one is refused. */
  object<Name extends string>(...names: readonly Name[]): Record<Name, Reader> {
    const members = this.#objectMembers();
    for (const name of members.keys()) {
      if (!names.some((known) => known === name)) throw new DecodeError(`${this.path}.${name}`, "unknown member");
    }
    const entries = names.map((name) => {
      const value = members.get(name);
      if (value === undefined) throw new DecodeError(`${this.path}.${name}`, "missing member");
      return [name, new Reader(value, `${this.path}.${name}`)] as const;
    });
    return Object.fromEntries(entries) as Record<Name, Reader>;
  }

  /** One member of an object whose other members belong to somebody else. */
  member(name: string): Reader | null {
    const value = this.#objectMembers().get(name);
    return value === undefined ? null : new Reader(value, `${this.path}.${name}`);
  }

  array<T>(read: (item: Reader) => T): T[] {
    const value = this.#value;
    if (!isArray(value)) this.refuse("list expected");
    return value.map((item, index) => read(new Reader(item, `${this.path}[${index}]`)));
  }

  nullable<T>(read: (value: Reader) => T): T | null {
    return this.#value === null ? null : read(this);
  }

  text(): string {
    return typeof this.#value === "string" ? this.#value : this.refuse("text expected");
  }

  shortText(longest = 120): string {
    const text = this.text();
    return isShortText(text, longest) ? text : this.refuse("not a short text");
  }

  matching(form: RegExp): string {
    const text = this.text();
    return form.test(text) ? text : this.refuse("malformed");
  }

  oneOf<Choice extends string>(...choices: readonly Choice[]): Choice {
    const text = this.text();
    return choices.find((choice) => choice === text) ?? this.refuse("not one of the known texts");
  }

  boolean(): boolean {
    return typeof this.#value === "boolean" ? this.#value : this.refuse("true or false expected");
  }

  integer(smallest = Number.MIN_SAFE_INTEGER, largest = Number.MAX_SAFE_INTEGER): number {
    const value = this.#value;
    if (typeof value !== "number") this.refuse("integer expected");
    return value >= smallest && value <= largest ? value : this.refuse("integer out of range");
  }

  bytes(length?: number): Bytes {
    const bytes = decodeBase64url(this.text()) ?? this.refuse("not canonical base64url");
    return length === undefined || bytes.length === length ? bytes : this.refuse(`not ${length} bytes`);
  }

  id<Kind extends string>(): Id<Kind> {
    return parseId<Kind>(this.text()) ?? this.refuse("not an id");
  }

  /** Milliseconds since 1970 of an RFC 3339 text. */
  time(): number {
    return parseTime(this.text()) ?? this.refuse("not a time");
  }

  #objectMembers(): ReadonlyMap<string, JsonValue> {
    const value = this.#value;
    return isObject(value) ? value.members : this.refuse("object expected");
  }
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !isArray(value);
}
