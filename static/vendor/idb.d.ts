// Types of vendor/idb.js (idb): a promise for each IndexedDB request.
export interface Index {
  getAll(query?: IDBValidKey | IDBKeyRange, count?: number): Promise<any[]>;
  getAllKeys(query?: IDBValidKey | IDBKeyRange, count?: number): Promise<IDBValidKey[]>;
  count(query?: IDBValidKey | IDBKeyRange): Promise<number>;
}
export interface Store extends Index {
  get(key: IDBValidKey): Promise<any>;
  put(value: unknown, key?: IDBValidKey): Promise<IDBValidKey>;
  add(value: unknown, key?: IDBValidKey): Promise<IDBValidKey>;
  delete(key: IDBValidKey | IDBKeyRange): Promise<void>;
  index(name: string): Index;
  createIndex(name: string, keyPath: string | string[], options?: IDBIndexParameters): IDBIndex;
  deleteIndex(name: string): void;
}
export interface Transaction {
  objectStore(name: string): Store;
  readonly done: Promise<void>;
  abort(): void;
}
export interface Database {
  readonly name: string;
  readonly version: number;
  readonly objectStoreNames: DOMStringList;
  transaction(stores: string | string[], mode?: IDBTransactionMode, options?: IDBTransactionOptions): Transaction;
  createObjectStore(name: string, options?: IDBObjectStoreParameters): Store;
  deleteObjectStore(name: string): void;
  close(): void;
}
export function openDB(name: string, version: number, callbacks: {
  upgrade?(db: Database, oldVersion: number, newVersion: number | null, tx: Transaction): void | Promise<void>;
  blocked?(): void;
  blocking?(currentVersion: number, blockedVersion: number | null, event: Event): void;
  terminated?(): void;
}): Promise<Database>;
export function deleteDB(name: string, callbacks?: { blocked?(): void }): Promise<void>;
