// The actions of presses in a message: on commands, links, mentions and keyboard buttons.

import * as api from "/page/app/api.js";
import { copy } from "/page/widgets/clipboard.js";
import { alert, choose, confirm } from "/page/widgets/dialogs.js";
import { meaning } from "/page/app/links.js";
import { enter, sent } from "/page/app/session.js";
import { botNamed, chatWithBot, openChat, state } from "/page/app/store.js";
import { sayFailure, toast } from "/page/widgets/toast.js";
import { WORDS } from "/page/app/words.js";

/** Registers the composer: actions write into it, and it sends through them. */
let compose = () => {};
export const composeWith = (put) => (compose = put);

export async function sendInto(chat, what) {
  const message = await api.send(state.person.id, chat, what).catch(sayFailure);
  if (message) sent(chat, message);
  return Boolean(message);
}

export async function startBot(payload) {
  const chat = state.chat;
  state.pendingStart = null;
  const message = await api.start(state.person.id, chat, payload).catch(sayFailure);
  if (message) sent(chat, message);
}

export const act = { command, mention, open, press, copy };

function command(text) {
  return sendInto(state.chat, { text });
}

async function mention(name) {
  const chat = chatWithBot(botNamed(name) ?? {});
  if (chat) await enter(chat.id, { push: true }).catch(sayFailure);
  else toast(WORDS.noSuchName(name));
}

/** Opens an address: starts a local bot at once, lets the person choose a chat for a share, and asks before others. */
export async function open(address) {
  const what = meaning(address);
  if (what.kind === "unsafe") return toast(WORDS.unsafe(address));
  if (what.kind === "share") return share(what.text, () => true);
  const bot = what.kind === "bot" ? botNamed(what.name) : null;
  if (bot) return openBot(bot, what.start);
  const yes = await confirm(WORDS.openAsk, WORDS.open, { detail: what.address });
  if (yes) window.open(what.address, "_blank", "noopener,noreferrer");
}

export async function openBot(bot, start) {
  await enter(chatWithBot(bot).id, { push: true }).catch(sayFailure);
  if (start !== null) await startBot(start);
}

/** Presses a button. Only a callback query waits for an answer; other buttons act at once. */
function press(message, row, column) {
  const button = message.reply_markup.inline_keyboard[row][column];
  if (button.callback_data !== undefined) return callback(message, row, column);
  elsewhere(button, (message.via_bot ?? message.from).username);
}

function elsewhere(button, name) {
  const { url, copy_text, switch_inline_query, switch_inline_query_current_chat, switch_inline_query_chosen_chat } = button;
  if (url !== undefined) open(url);
  else if (copy_text) copy(copy_text.text);
  else if (switch_inline_query_current_chat !== undefined) compose(`@${name} ${switch_inline_query_current_chat}`);
  else if (switch_inline_query !== undefined) share(`@${name} ${switch_inline_query}`, () => true);
  else if (switch_inline_query_chosen_chat) shareChosen(name, switch_inline_query_chosen_chat);
  else toast(WORDS.notHere(Object.keys(button).filter((key) => key !== "text").join(", ")));
}

async function callback(message, row, column) {
  const done = await api.press(state.person.id, state.chat, message.message_id, row, column).catch(sayFailure);
  const answer = done?.answer;
  if (answer?.url) return open(answer.url);
  if (!answer?.text) return;
  if (answer.show_alert) alert(answer.text); // not awaited, so that the spinner ends with the answer
  else toast(answer.text);
}

function shareChosen(name, { query, allow_user_chats, allow_bot_chats, allow_group_chats }) {
  const allowed = { private: allow_bot_chats, group: allow_group_chats, saved: allow_user_chats };
  return share(`@${name} ${query ?? ""}`, (chat) => allowed[chat.type]);
}

async function share(text, fits) {
  const options = state.chats.filter(fits).map((chat) => ({ label: chat.title, value: chat.id }));
  const chat = await choose(WORDS.shareTo, options);
  if (chat === null) return;
  if (chat !== openChat()?.id) await enter(chat, { push: true }).catch(sayFailure);
  compose(text);
}
