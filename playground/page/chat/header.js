// The bar above a chat: back button, title, and the menu with block, clear and faults.

import * as api from "/page/app/api.js";
import { avatar } from "/page/chat/avatar.js";
import { ask, confirm } from "/page/widgets/dialogs.js";
import { h, line } from "/page/widgets/dom.js";
import { editFaults } from "/page/widgets/faults.js";
import { icon } from "/page/widgets/icons.js";
import { menuButton } from "/page/composer/menu.js";
import { leave } from "/page/app/session.js";
import { openChat, state, watch } from "/page/app/store.js";
import { WORDS } from "/page/app/words.js";

export function chatHeader() {
  const back = h("button", { type: "button", class: "icon-button back", "aria-label": WORDS.back, onclick: goBack }, icon("back"));
  const title = h("button", { type: "button", class: "chat-title", onclick: showProfile });
  const faults = h("button", { type: "button", class: "faults-chip", onclick: editFaults });
  const menu = menuButton({ class: "icon-button", "aria-label": WORDS.chatMenu }, icon("dots"), entries);
  watch(["chat", "chats", "online"], () => openChat() && drawTitle(title, openChat()));
  watch(["faults"], () => drawFaults(faults));
  drawFaults(faults);
  return h("header", { class: "chat-header" }, back, h("h1", { class: "chat-heading" }, title), faults, menu);
}

function goBack() {
  const id = state.chat;
  leave();
  document.querySelector(`.chats li button[data-id="${id}"], .chats li button`)?.focus();
}

function drawTitle(title, chat) {
  const name = h("span", { class: "chat-name ellipsis", dir: "auto" }, chat.title);
  const below = h("span", { class: "chat-below ellipsis" }, state.online ? subtitle(chat) : WORDS.offline);
  title.replaceChildren(avatar(chat), name, below);
  title.setAttribute("aria-label", WORDS.profile(chat.title));
}

function subtitle(chat) {
  return { private: WORDS.bot, group: WORDS.group, channel: WORDS.channel, saved: WORDS.saved }[chat.type];
}

function drawFaults(chip) {
  const count = state.faults.length;
  chip.hidden = count === 0;
  chip.setAttribute("aria-label", WORDS.faultsOn(count));
  chip.replaceChildren(icon("warning"), h("span", {}, WORDS.faultsOn(count)));
}

function entries() {
  const chat = openChat();
  const toggle = { label: chat.blocked ? WORDS.unblock : WORDS.block, act: () => block(chat, !chat.blocked) };
  return [
    ...(chat.type === "private" ? [toggle] : []),
    ...(chat.type === "channel" ? [rightToPost(chat)] : []),
    { label: WORDS.clear, act: () => clear(chat) },
    { label: WORDS.faults, act: editFaults },
  ];
}

function rightToPost(chat) {
  const has = chat.bot_rights.includes("can_post_messages");
  const act = () => api.rights(state.person.id, chat.id, has ? [] : ["can_post_messages"]);
  return { label: has ? WORDS.takeRight : WORDS.giveRight, act };
}

function block(chat, blocked) {
  return api.block(state.person.id, chat.id, blocked);
}

async function clear(chat) {
  if (await confirm(WORDS.clearAsk, WORDS.clear, { danger: true })) await api.clear(state.person.id, chat.id);
}

function showProfile() {
  const chat = openChat();
  const { short_description, description, commands = [] } = state.profile ?? {};
  const texts = [chat.bot && `@${chat.bot.username}`, short_description, description].filter(Boolean);
  const lines = texts.flatMap((text) => text.split("\n")).map((text) => line(text));
  const rows = commands.map(({ command, description: what }) => h("li", { dir: "auto" }, `/${command}  ${what}`));
  ask(chat.title, h("div", { class: "dialog-text" }, lines, h("ul", { class: "command-list" }, rows)), [
    { label: WORDS.close, value: null, primary: true },
  ]);
}
