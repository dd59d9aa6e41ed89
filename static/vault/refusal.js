// An error of the worker that a person can act on: the type of its message and
// what stands in it. The page makes a Problem of it.
export class Refusal extends Error {
  /** @param {string} type @param {Record<string, number>} [args] */
  constructor(type, args = {}) {
    super(type);
    this.type = type;
    this.args = args;
  }
}
