// Builds the page and starts it.

import { BoxError, notice } from "/page/app/api.js";
import { chatPane } from "/page/chat/chat.js";
import { chatList } from "/page/chat/chats.js";
import { h } from "/page/widgets/dom.js";
import { refreshFaults } from "/page/widgets/faults.js";
import { icon } from "/page/widgets/icons.js";
import { peopleSwitcher } from "/page/widgets/people.js";
import * as place from "/page/app/place.js";
import { begin, goto, markRead } from "/page/app/session.js";
import { state, watch } from "/page/app/store.js";
import * as theme from "/page/app/theme.js";
import { toast } from "/page/widgets/toast.js";
import { WORDS } from "/page/app/words.js";

theme.apply();

window.addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof BoxError)) return; // anything else is a bug of this page and stays on the console
  event.preventDefault();
  toast(event.reason.message);
});

document.getElementById("app").append(side(), chatPane());
window.addEventListener("popstate", () => goto(place.read()));
document.addEventListener("visibilitychange", markRead);
watch(["messages"], () => state.faults.length > 0 && refreshFaults()); // some faults end after a number of calls
await begin();
await refreshFaults();
await showNotice();

/** Shows the sentence with which the playground was started, such as that this is a demo. */
async function showNotice() {
  const text = await notice();
  if (text) document.getElementById("app").prepend(h("p", { class: "notice", role: "note", dir: "auto" }, text));
}

function side() {
  const moon = h("button", { type: "button", class: "icon-button", "aria-label": WORDS.theme, onclick: theme.toggle }, icon("theme"));
  const away = h("p", { class: "away", role: "status", hidden: true }, WORDS.offline);
  watch(["online"], () => (away.hidden = state.online));
  const bar = h("div", { class: "side-bar" }, peopleSwitcher(), moon);
  return h("nav", { id: "side", "aria-label": WORDS.chats }, bar, away, chatList());
}
