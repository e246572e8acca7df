// The right-hand side: header, messages and composer, or an invitation to choose a chat.

import { act } from "/page/app/actions.js";
import { Composer } from "/page/composer/composer.js";
import { h, line } from "/page/widgets/dom.js";
import { chatHeader } from "/page/chat/header.js";
import { MessageLog } from "/page/chat/log.js";
import { openChat, state, watch } from "/page/app/store.js";
import { chatToast } from "/page/widgets/toast.js";
import { WORDS } from "/page/app/words.js";

export function chatPane() {
  const nothing = h("div", { class: "nothing" }, h("span", {}, WORDS.chooseChat));
  const body = h("div", { class: "chat-body" });
  const header = chatHeader();
  const composer = new Composer();
  const main = h("main", { id: "chat", "aria-label": WORDS.messages }, header, chatToast, body, composer.element, nothing);
  let log = null;
  watch(["chat"], () => {
    const open = state.chat !== null;
    log = open ? new MessageLog(act) : null;
    body.replaceChildren(...(log ? [log.element] : []));
    header.hidden = !open;
    body.hidden = !open;
    nothing.hidden = open;
    document.title = open ? `${openChat()?.title ?? ""} – ${WORDS.appName}` : WORDS.appName;
    main.dataset.chat = openChat()?.type ?? "";
    main.setAttribute("aria-label", openChat()?.title ?? WORDS.messages);
  });
  watch(["messages"], () => {
    log?.show(state.messages);
    if (log) showEmpty(body);
  });
  return main;
}

/** Fills a chat without messages: with the bot's description, as on Telegram before START. */
function showEmpty(body) {
  body.querySelector(".empty")?.remove();
  if (state.messages.length) return;
  const { description } = state.profile ?? {};
  const bot = openChat()?.type === "private";
  const lines = description ? description.split("\n").map((text) => line(text)) : [];
  const words = bot && description ? [h("strong", {}, WORDS.whatCanItDo), ...lines] : [h("span", {}, WORDS.noMessages)];
  body.append(h("div", { class: "empty" }, h("div", { class: "empty-box" }, words)));
}
