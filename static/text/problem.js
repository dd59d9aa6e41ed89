// The one kind of error that a person is shown. type is the id of its message
// (problem.<type>): a plain sentence that says what happened and what to do.
import { hasMessage, t } from "./messages.js";

export class Problem extends Error {
  /**
   * @param {string} type
   * @param {{status?: number, detail?: string, title?: string, args?: Record<string, unknown>, cause?: unknown, retryAfter?: number}} [more]
   *   title and detail as the server wrote them, in the caller's language
   */
  constructor(type, more = {}) {
    super(type, { cause: more.cause });
    this.name = "Problem";
    this.type = type;
    this.status = more.status ?? 0;
    this.args = more.args ?? {};
    this.serverTitle = more.title ?? "";
    this.serverDetail = more.detail ?? "";
    /** Seconds that the server asked to wait; 0 where it did not. */
    this.retryAfter = more.retryAfter ?? 0;
  }

  /** One short line. */
  get title() {
    return this.serverTitle || t("error.title");
  }

  /** What happened and what to do, in the language of the interface. */
  get detail() {
    if (this.serverDetail) return this.serverDetail;
    const id = `problem.${this.type}`;
    return t(hasMessage(id) ? id : "problem.unexpected", this.args);
  }

  /** True where the request may not have reached the server: nothing is known, try again later. */
  get offline() {
    return this.type === "offline";
  }
}

/** Any error as a Problem; the unknown says no more than that. @param {unknown} error @returns {Problem} */
export function asProblem(error) {
  return error instanceof Problem ? error : new Problem("unexpected", { cause: error });
}
