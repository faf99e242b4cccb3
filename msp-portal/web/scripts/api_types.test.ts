import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { apiTypes, schemaFile } from "./api_types";

test("the checked-in API types are those of the server's OpenAPI document", async () => {
  expect(readFileSync(schemaFile, "utf8")).toBe(await apiTypes());
});
