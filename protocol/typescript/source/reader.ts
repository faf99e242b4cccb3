import { decodeBase64url } from "./base64url.ts";
import type { Bytes } from "./bytes.ts";
import { parseId, type Id } from "./identifiers.ts";
import { DecodeError, childPath, parseStrictJson, type DecodeErrorKind, type JsonObject, type JsonValue } from "./strict_json.ts";
import { isShortText } from "./texts.ts";
import { parseTime } from "./time.ts";

/** Reads a value of known shape; every complaint names its path. */
export class Reader {
  readonly #value: JsonValue;
  readonly path: string;

  constructor(value: JsonValue, path = "") {
    this.#value = value;
    this.path = path;
  }

  static parse(input: string | Uint8Array, sizeLimit: number): Reader {
    return new Reader(parseStrictJson(input, sizeLimit));
  }

  refuse(kind: DecodeErrorKind): never {
    throw new DecodeError(kind, this.path);
  }

  /** Exactly these members: a missing or an unknown one is refused. */
  object<Name extends string>(...names: readonly Name[]): Record<Name, Reader> {
    const members = this.#objectMembers();
    for (const name of members.keys()) {
      if (!names.some((known) => known === name)) throw new DecodeError("unknown_member", childPath(this.path, name));
    }
    const entries = names.map((name) => {
      const value = members.get(name);
      if (value === undefined) throw new DecodeError("missing_member", childPath(this.path, name));
      return [name, new Reader(value, childPath(this.path, name))] as const;
    });
    return Object.fromEntries(entries) as Record<Name, Reader>;
  }

  /** One member of an object whose other members belong to somebody else. */
  member(name: string): Reader | null {
    const value = this.#objectMembers().get(name);
    return value === undefined ? null : new Reader(value, childPath(this.path, name));
  }

  array<T>(read: (item: Reader) => T): T[] {
    const value = this.#value;
    if (!isArray(value)) this.refuse("wrong_type");
    return value.map((item, index) => read(new Reader(item, childPath(this.path, index))));
  }

  nullable<T>(read: (value: Reader) => T): T | null {
    return this.#value === null ? null : read(this);
  }

  text(): string {
    return typeof this.#value === "string" ? this.#value : this.refuse("wrong_type");
  }

  shortText(longest = 120): string {
    const text = this.text();
    return isShortText(text, longest) ? text : this.refuse("bad_value");
  }

  matching(form: RegExp): string {
    const text = this.text();
    return form.test(text) ? text : this.refuse("bad_value");
  }

  oneOf<Choice extends string>(...choices: readonly Choice[]): Choice {
    const text = this.text();
    return choices.find((choice) => choice === text) ?? this.refuse("bad_value");
  }

  boolean(): boolean {
    return typeof this.#value === "boolean" ? this.#value : this.refuse("wrong_type");
  }

  integer(smallest = Number.MIN_SAFE_INTEGER, largest = Number.MAX_SAFE_INTEGER): number {
    const value = this.#value;
    if (typeof value !== "number") this.refuse("wrong_type");
    return value >= smallest && value <= largest ? value : this.refuse("out_of_range");
  }

  /** `shortest` alone is an exact length. */
  bytes(shortest = 0, longest = shortest === 0 ? Number.MAX_SAFE_INTEGER : shortest): Bytes {
    const bytes = decodeBase64url(this.text()) ?? this.refuse("bad_value");
    return bytes.length >= shortest && bytes.length <= longest ? bytes : this.refuse("out_of_range");
  }

  id<Kind extends string>(): Id<Kind> {
    return parseId<Kind>(this.text()) ?? this.refuse("bad_value");
  }

  /** Milliseconds since 1970 of an RFC 3339 text. */
  time(): number {
    return parseTime(this.text()) ?? this.refuse("bad_value");
  }

  #objectMembers(): ReadonlyMap<string, JsonValue> {
    const value = this.#value;
    return isObject(value) ? value.members : this.refuse("wrong_type");
  }
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !isArray(value);
}
