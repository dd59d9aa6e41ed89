// What lies over the page while it is not in front, so that a task switcher's
// picture and whoever picks the phone up see a neutral sheet. It is made once and
// shown by one attribute: nothing has to be drawn or fetched when it is needed.
import { t } from "../text/messages.js";

/** @param {Document} [page] @returns {import("./guard.js").Cover} */
export function makeCover(page = document) {
  const sheet = page.createElement("div");
  sheet.className = "cover";
  sheet.hidden = true;
  sheet.setAttribute("aria-hidden", "true");
  page.body.append(sheet);
  return {
    draw() {
      sheet.textContent = t("app.name");
      sheet.hidden = false;
      sheet.getBoundingClientRect(); // laid out now, not with the next frame: there may be none
    },
    clear() {
      sheet.hidden = true;
    },
  };
}
