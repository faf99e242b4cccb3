import { writeFileSync } from "node:fs";
import { apiTypes, schemaFile } from "./api_types.ts";

writeFileSync(schemaFile, await apiTypes());
