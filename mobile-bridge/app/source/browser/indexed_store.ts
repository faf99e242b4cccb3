import type { RecordStore, StoredRecords } from "../core/index.ts";

const databaseName = "doorward";
const storeName = "records";

/** Records in IndexedDB; page and service worker share them. */
export class IndexedStore implements RecordStore {
  #database: Promise<IDBDatabase> | null = null;

  async read<Name extends keyof StoredRecords>(name: Name): Promise<StoredRecords[Name] | null> {
    const records = (await this.#open()).transaction(storeName, "readonly").objectStore(storeName);
    return ((await settled(records.get(name))) as StoredRecords[Name] | undefined) ?? null;
  }

  async update<Name extends keyof StoredRecords>(
    name: Name,
    change: (current: StoredRecords[Name] | null) => StoredRecords[Name],
  ): Promise<StoredRecords[Name]> {
    const transaction = (await this.#open()).transaction(storeName, "readwrite", { durability: "strict" });
    const records = transaction.objectStore(storeName);
    const current = (await settled(records.get(name))) as StoredRecords[Name] | undefined;
    const changed = change(current ?? null);
    records.put(changed, name);
    await completed(transaction);
    return changed;
  }

  async clear(): Promise<void> {
    const transaction = (await this.#open()).transaction(storeName, "readwrite", { durability: "strict" });
    transaction.objectStore(storeName).clear();
    await completed(transaction);
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= new Promise((resolve, reject) => {
      const opening = indexedDB.open(databaseName, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(storeName);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    return this.#database;
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
