// Every test file of the page, one line each; a Go test holds this list to the folder.
import "./capture.test.js";
import "./content.test.js";
import "./drafts.test.js";
import "./identity.test.js";
import "./messages.test.js";
import "./outbox.test.js";
import "./router.test.js";
import "./seal.test.js";
import "./sealing.test.js";
import "./session.test.js";
import "./sync.test.js";
import "./trust_chain.test.js";
import "./vault.test.js";
import "./views_admin.test.js";
import "./views_draft.test.js";
import "./views_enrol.test.js";
import "./views_explain.test.js";
import "./views_qr.test.js";
import "./views_guard.test.js";
import "./views_protect.test.js";
import "./views_retention.test.js";
import "./views_reviewers.test.js";
import "./views_screens.test.js";
import "./views_security.test.js";
import "./wipe.test.js";
import { names, run } from "./harness.js";

Object.assign(globalThis, { testNames: names, runTest: run });
