import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import openapiTypescript, { astToString } from "openapi-typescript";

const description = resolve(import.meta.dirname, "../../server/api/openapi.yaml");
export const schemaFile = resolve(import.meta.dirname, "../src/api/schema.d.ts");

/** The types as they follow from the server's OpenAPI document today. */
export async function apiTypes(): Promise<string> {
  const nodes = await openapiTypescript(pathToFileURL(description), { alphabetize: true });
  return `// Made from msp-portal/server/api/openapi.yaml by \`npm run generate\`; a test holds the two together.\n${astToString(nodes)}`;
}
