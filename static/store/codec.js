// The one place through which the content of a draft enters and leaves the
// database. Today it is kept in clear; when drafts are encrypted, this pair
// changes and nothing else. Both are asynchronous for that reason, and both
// run outside any transaction.

/** @param {unknown} change @returns {Promise<unknown>} */
export async function encode(change) {
  return JSON.stringify(change);
}

/** @param {unknown} body @returns {Promise<any>} */
export async function decode(body) {
  return JSON.parse(String(body));
}
