import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordStore, StoredRecords } from "@doorward/phone-app/core";

/** One JSON file for each record. */
export class FolderStore implements RecordStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read<Name extends keyof StoredRecords>(name: Name): Promise<StoredRecords[Name] | null> {
    return this.#load(name);
  }

  async update<Name extends keyof StoredRecords>(
    name: Name,
    change: (current: StoredRecords[Name] | null) => StoredRecords[Name],
  ): Promise<StoredRecords[Name]> {
    if (name === "fallback_key") throw new Error("the software authenticator has PRF, so there is no fallback key to keep");
    const changed = change(this.#load(name));
    const path = this.#path(name);
    writeFileSync(`${path}.new`, JSON.stringify(changed), { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
    return changed;
  }

  async clear(): Promise<void> {
    for (const name of ["phone", "workstations", "code_marks", "readings", "preferences"] as const) rmSync(this.#path(name), { force: true });
  }

  #load<Name extends keyof StoredRecords>(name: Name): StoredRecords[Name] | null {
    const path = this.#path(name);
    return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as StoredRecords[Name]) : null;
  }

  #path(name: keyof StoredRecords): string {
    return join(this.#folder, `${name}.json`);
  }
}
