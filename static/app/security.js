// The screens of a person's own account: the second step of signing in, and what
// guards the account. They ask the server each time; nothing is kept here.
import { html, useEffect, useState } from "../vendor/ui.js";
import { t } from "../text/messages.js";
import { SecondStep as SecondStepView } from "../views/second-step.js";
import { Security as SecurityView } from "../views/security.js";
import { when } from "./capture-state.js";
import { around } from "./office.js";
import { createPasskey, hasPasskeys, usePasskey } from "./passkey.js";
import { homeOf } from "./router.js";

/**
 * What the log-in asks for and with what it is answered.
 * @param {{ask: {methods: string[], ticket?: string, options?: any}, busy: boolean, error: string|null,
 *   onSubmit: (more: () => Promise<object>|object) => void, onBack: () => void}} props
 */
export function SecondStep({ ask, busy, error, onSubmit, onBack }) {
  return html`<${SecondStepView} methods=${ask.methods} busy=${busy} error=${error} onBack=${onBack}
    onCode=${(/** @type {string} */ otp) => onSubmit(() => ({ otp }))}
    onPasskey=${() => onSubmit(async () => ({ passkey: { ticket: ask.ticket, response: await usePasskey(ask.options) } }))} />`;
}

/** What the screen shows of the account. @param {any} app */
async function load(app) {
  const me = await app.api("GET", "/auth/me");
  const { items } = await app.api("GET", "/auth/sessions");
  for (const key of me.factors.passkeys) key.at = when(key.created);
  return { me, sessions: items.map((/** @type {any} */ s) => ({ ...s, created: when(s.created), used: when(s.used) })) };
}

/** @param {any} app */
function useAccount(app) {
  const [state, setState] = useState(/** @type {any} */ ({ me: null, sessions: [], secret: null, codes: null, began: false, busy: true, failure: null, live: "" }));
  const merge = (/** @type {object} */ more) => setState((/** @type {any} */ old) => ({ ...old, ...more }));
  /** Runs one thing, tells its failure in words, and shows the account as it is after it. @param {() => Promise<object|void>} work @param {string} [said] */
  const run = async (work, said = "") => {
    merge({ busy: true, failure: null, live: "" });
    try {
      const more = await work();
      const now = await load(app);
      merge({ ...now, ...more, busy: false, live: said });
      if (now.me.limited) merge({ began: true });
    } catch (error) {
      merge({ busy: false, failure: app.asProblem(error).detail });
    }
  };
  useEffect(() => { void run(async () => undefined); }, []);
  return { state, merge, run };
}

/** New codes are shown; none where earlier ones are left. @param {{recovery_codes: string[]}} reply */
const shown = ({ recovery_codes: codes }) => ({ secret: null, codes: codes.length ? codes : null });

/** @param {{app: any}} props */
export function Security({ app }) {
  const { state, merge, run } = useAccount(app);
  const { user } = app.session();
  const home = () => app.go(homeOf(app.session()));
  const post = (/** @type {string} */ path, /** @type {object} */ body) => app.api("POST", "/auth" + path, body);
  const remove = (/** @type {object} */ what, /** @type {string} */ said) => run(() => post("/factors/remove", what).then(() => undefined), said);
  const addPasskey = async (/** @type {string} */ name, /** @type {string} */ password) => {
    const { ticket, options } = await post("/factors/passkeys", { password });
    return shown(await post("/factors/passkeys/confirm", { ticket, name, response: await createPasskey(options) }));
  };
  const change = async (/** @type {{old: string, next: string}} */ form) => {
    await post("/password", { old: form.old, new: form.next });
    await app.signOut(); // all sessions ended with the old password
    app.go("sign-in");
  };
  return html`<${SecurityView} ...${user.account === "agent" ? { back: t("app.back"), onBack: home } : around(app, "security")} ...${state}
    canPasskeys=${hasPasskeys() && state.me?.methods.includes("passkey")} onAgain=${() => run(async () => undefined)}
    onStart=${(/** @type {string} */ password) => run(async () => ({ secret: await post("/factors/totp", { password }) }))}
    onConfirm=${(/** @type {string} */ otp) => run(async () => shown(await post("/factors/totp/confirm", { otp })), t("security.app_done"))}
    onCancel=${() => merge({ secret: null, failure: null })}
    onRemoveApp=${(/** @type {string} */ password) => remove({ password, kind: "totp" }, t("security.removed"))}
    onAddPasskey=${(/** @type {string} */ name, /** @type {string} */ password) => run(() => addPasskey(name, password), t("security.passkey_done"))}
    onRemovePasskey=${(/** @type {any} */ key, /** @type {string} */ password) => remove({ password, kind: "passkey", id: key.id }, t("security.removed"))}
    onNewCodes=${(/** @type {string} */ password) => run(async () => shown(await post("/factors/recovery", { password })))}
    onCopy=${() => run(() => navigator.clipboard.writeText(state.codes.join("\n")), t("security.copied"))} onPrint=${() => print()}
    onSeen=${() => (state.began ? home() : merge({ codes: null }))}
    onEnd=${(/** @type {any} */ s) => run(() => post("/sessions/" + s.id + "/end", {}).then(() => undefined), t("security.session_ended"))}
    onChange=${(/** @type {any} */ form) => run(() => change(form))} />`;
}
