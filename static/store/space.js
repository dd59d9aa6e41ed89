// The room that the browser gives us, and whether it promised not to take it back.

/**
 * Asks the browser to keep our data when space is short, and says what it said.
 * @returns {Promise<"kept"|"refused"|"unknown">} unknown: the browser has no such promise
 */
export async function askToPersist() {
  if (!navigator.storage?.persist) return "unknown";
  if (await navigator.storage.persisted()) return "kept";
  return (await navigator.storage.persist()) ? "kept" : "refused";
}

/** Bytes used and allowed, as far as the browser tells. @returns {Promise<{usage: number, quota: number}|null>} */
export async function space() {
  if (!navigator.storage?.estimate) return null;
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { usage, quota };
}
