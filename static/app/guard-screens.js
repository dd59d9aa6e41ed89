// The screens before every other: unlock, make the lock, the notebook, blank.
import { html, useEffect, useState } from "../vendor/ui.js";
import { t } from "../text/messages.js";
import { Decoy } from "../views/decoy.js";
import { Blank, Forgot, Unlock } from "../views/unlock.js";
import { VaultSetup } from "../views/vault-setup.js";
import { otherLanguage, useWork } from "./entry.js";
import { judgeSecret } from "./pin.js";

/** @typedef {import("./app.js").App} App */

/** Seconds that tick away; 0: none left. @returns {[left: number, start: (seconds: number) => void]} */
function useCountdown() {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left <= 0) return undefined;
    const id = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(id);
  }, [left]);
  return [left, setLeft];
}

/** @param {{app: App}} props */
export function UnlockScreen({ app }) {
  const { vaults } = app.guard.state();
  const [busy, error, run] = useWork(app);
  const [wrong, setWrong] = useState("");
  const [wait, setWait] = useCountdown();
  const [chosen, setChosen] = useState(vaults[0]?.id ?? "");
  const [forgot, setForgot] = useState(false);
  const [waiting, setWaiting] = useState(0);
  useEffect(() => { void app.outbox.summary().then((s) => setWaiting(s.waiting + s.refused)); }, []);
  const vault = vaults.find((v) => v.id === chosen) ?? vaults[0];
  if (!vault) return null;
  const unlock = (/** @type {string} */ id, /** @type {string} */ secret) => run(async () => {
    setWrong("");
    try {
      const needs = app.guard.state().vaults.find((v) => v.id === id)?.hardware;
      await app.guard.unlock(id, secret, { hardware: needs ? await app.hardware.get(needs) : null });
    } catch (cause) {
      const problem = app.asProblem(cause);
      if (problem.type !== "pin-wrong" && problem.type !== "pin-wait") throw cause;
      setWrong(problem.type === "pin-wrong" ? t("lock.wrong") : "");
      setWait(Math.ceil(Number(problem.args?.wait ?? 0)));
    }
  });
  if (forgot) {
    return html`<${Forgot} label=${vault.label} busy=${busy} problem=${error} onBack=${() => setForgot(false)}
      onForget=${() => run(async () => { await app.guard.forget(vault.id); app.replace("home"); void app.sync.now(); })} />`;
  }
  const other = otherLanguage();
  return html`<${Unlock} vaults=${vaults} chosen=${vault.id} busy=${busy} wait=${wait} problem=${wrong || error} waiting=${waiting}
    otherLanguage=${other} onLanguage=${() => app.setLanguage(other.code)} onChoose=${setChosen} onUnlock=${unlock}
    onForgot=${() => setForgot(true)} onOther=${() => app.guard.other(true)} />`;
}

/** @param {{app: App}} props */
export function CreateScreen({ app }) {
  const [busy, error, run] = useWork(app);
  const [hardware, setHardware] = useState(false);
  useEffect(() => { void app.hardware.available().then(setHardware, () => undefined); }, []);
  return html`<${VaultSetup} suggested=${t("vault.label_first", { n: app.guard.state().vaults.length + 1 })} hardware=${hardware} busy=${busy} error=${error} judge=${judgeSecret}
    onCreate=${(/** @type {any} */ form) => run(async () => {
      const part = form.hardware ? await app.hardware.create(form.label) : null;
      if (form.hardware && !part) throw new app.Problem("vault-no-hardware");
      await app.guard.create({ ...form, hardware: part });
      void app.sync.now();
    })}
    onProtects=${() => app.go("protects")} onSignOut=${() => void app.signOut()} />`;
}

export function DecoyScreen() {
  return html`<${Decoy} />`;
}

/** @param {{app: App}} props */
export function BlankScreen({ app }) {
  return html`<${Blank} onWake=${() => app.guard.wake()} />`;
}
