import { describe, expect, it } from "vitest";
import { readStatement } from "./statement_file";

describe("a file with a statement", () => {
  it("is read, and nothing else of it is passed on", () => {
    expect(readStatement('{"body":"e30","signature":"AA","more":1}\n')).toEqual({ body: "e30", signature: "AA" });
  });
  it.each(["", "null", "[]", "{}", '{"body":"e30"}', '{"body":1,"signature":"AA"}', "a removal", "\u0000"])("is not %j", (text) => {
    expect(readStatement(text)).toBeNull();
  });
});
