// Types of vendor/argon2.js (hash-wasm): what worker/kdf.js uses of it.
export function argon2id(options: {
  password: string | Uint8Array; salt: Uint8Array; secret?: Uint8Array;
  parallelism: number; iterations: number; memorySize: number; hashLength: number; outputType: "binary";
}): Promise<Uint8Array>;
