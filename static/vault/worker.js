// The worker that holds the keys: they are made here, used here, and never leave.
// It reads no network (its policy lets it reach nothing) and no database. One
// message {n, do, args} is answered by one {n, value} or {n, refused}.
import { useFile } from "./file.js";
import * as keeper from "./keeper.js";
import { bounded, stretch } from "./kdf.js";
import { Refusal } from "./refusal.js";

/** @type {Record<string, (args: any) => unknown>} */
const operations = {
  ...keeper.operations,
  useFile: ({ name }) => useFile(name),
  argon2: ({ secret, salt, memoryKiB, passes }) => {
    const cost = bounded({ memoryKiB, passes });
    if (cost.memoryKiB !== memoryKiB || cost.passes !== passes) throw new Refusal("vault-cost");
    return stretch(secret, salt, cost);
  },
};

/** @type {Promise<unknown>} one after the other: what was asked first is done first */
let queue = Promise.resolve();

self.onmessage = ({ data }) => {
  queue = queue.then(() => answer(data));
};

/** @param {{n: number, do: string, args: any}} message */
async function answer({ n, do: what, args }) {
  try {
    if (!Object.prototype.hasOwnProperty.call(operations, what)) throw new TypeError(`no operation ${what}`);
    self.postMessage({ n, value: await operations[what](args) });
  } catch (error) {
    self.postMessage({ n, refused: refusalOf(error) });
  }
}

/** @param {unknown} error */
function refusalOf(error) {
  if (error instanceof Refusal) return { type: error.type, args: error.args };
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "QuotaExceededError") return { type: "storage-full", args: {} };
  // The name of the error and no text of it: nothing that was worked on gets out.
  return { type: "vault-failed", args: { name } };
}
