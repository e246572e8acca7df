// The list of chats, newest first, with last message, time and unread count.

import { avatar } from "/page/chat/avatar.js";
import { h } from "/page/widgets/dom.js";
import { nameOf, summary } from "/page/app/kinds.js";
import { enter } from "/page/app/session.js";
import { state, watch } from "/page/app/store.js";
import { listTime } from "/page/app/times.js";
import { WORDS } from "/page/app/words.js";

export function chatList() {
  const list = h("ul", { class: "chats" });
  const rows = new Map(); // chat id -> its <li>, reused so that the focus is kept
  watch(["chats", "chat"], () => draw(list, rows));
  return list;
}

function draw(list, rows) {
  const focused = document.activeElement;
  const chats = [...state.chats].sort((one, other) => (other.last?.date ?? 0) - (one.last?.date ?? 0));
  const wanted = chats.map((chat) => update(rows, chat));
  const inPlace = wanted.length === list.children.length && wanted.every((row, at) => row === list.children[at]);
  if (!inPlace) list.replaceChildren(...wanted);
  if (list.contains(focused)) focused.focus();
}

function update(rows, chat) {
  if (!rows.has(chat.id)) rows.set(chat.id, h("li", {}, rowButton(chat.id)));
  const row = rows.get(chat.id);
  const open = chat.id === state.chat;
  row.firstChild.replaceChildren(avatar(chat), ...words(chat));
  row.firstChild.setAttribute("aria-current", String(open));
  return row;
}

function rowButton(id) {
  return h("button", { type: "button", class: "chat-row", "data-id": id, onclick: () => enter(id, { push: state.chat === null }) });
}

function words(chat) {
  const time = chat.last && h("time", { class: "row-time" }, listTime(chat.last.date));
  const badge =
    chat.unread > 0 &&
    h("span", { class: "badge" }, h("span", { "aria-hidden": "true" }, String(chat.unread)), spoken(WORDS.unread(chat.unread)));
  return [
    h("span", { class: "row-title ellipsis", dir: "auto" }, chat.title),
    time,
    h("span", { class: "row-last" }, chat.last ? lastLine(chat) : emptyLine(chat)),
    badge,
  ].filter(Boolean);
}

function lastLine({ last, type }) {
  const who = type === "saved" ? "" : last.out ? WORDS.you : type === "group" ? nameOf(last.from) : "";
  const what = h("span", { class: "ellipsis", dir: "auto" }, summary(last)); // cut at the end of its direction, right or left
  return who ? [h("span", { class: "who" }, h("bdi", { class: "ellipsis" }, who), ":"), what] : [what];
}

function emptyLine({ type }) {
  return h("span", { class: "ellipsis" }, WORDS.emptyChats[type]);
}

const spoken = (text) => h("span", { class: "offscreen" }, text);
