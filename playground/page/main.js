// Puts the page together and starts it.

import { BoxError } from "/page/api.js";
import { chatPane } from "/page/chat.js";
import { chatList } from "/page/chats.js";
import { h } from "/page/dom.js";
import { refreshFaults } from "/page/faults.js";
import { icon } from "/page/icons.js";
import { peopleSwitcher } from "/page/people.js";
import * as place from "/page/place.js";
import { begin, goto, markRead } from "/page/session.js";
import { state, watch } from "/page/store.js";
import * as theme from "/page/theme.js";
import { toast } from "/page/toast.js";
import { WORDS } from "/page/words.js";

theme.apply();

window.addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof BoxError)) return; // anything else is our bug and belongs on the console
  event.preventDefault();
  toast(event.reason.message);
});

document.getElementById("app").append(side(), chatPane());
window.addEventListener("popstate", () => goto(place.read()));
document.addEventListener("visibilitychange", markRead);
watch(["messages"], () => state.faults.length > 0 && refreshFaults()); // some faults end by themselves
await begin();
await refreshFaults();

function side() {
  const moon = h("button", { type: "button", class: "icon-button", "aria-label": WORDS.theme, onclick: theme.toggle }, icon("theme"));
  const away = h("p", { class: "away", role: "status", hidden: true }, WORDS.offline);
  watch(["online"], () => (away.hidden = state.online));
  const bar = h("div", { class: "side-bar" }, peopleSwitcher(), moon);
  return h("nav", { id: "side", "aria-label": WORDS.chats }, bar, away, chatList());
}
