// What happens when something in a message is pressed: commands, links, names, and the buttons of a keyboard.

import * as api from "/page/api.js";
import { copy } from "/page/clipboard.js";
import { alert, choose, confirm } from "/page/dialogs.js";
import { meaning } from "/page/links.js";
import { arrived, enter } from "/page/session.js";
import { botNamed, chatWithBot, openChat, state } from "/page/store.js";
import { sayFailure, toast } from "/page/toast.js";
import { WORDS } from "/page/words.js";

/** The composer gives itself here at start: actions write into it, it sends through them. */
let compose = () => {};
export const composeWith = (put) => (compose = put);

export async function sendInto(chat, what) {
  const message = await api.send(state.person.id, chat, what).catch(sayFailure);
  if (message) arrived(chat, message);
  return Boolean(message);
}

export async function startBot(payload) {
  const chat = state.chat;
  state.pendingStart = null;
  const message = await api.start(state.person.id, chat, payload).catch(sayFailure);
  if (message) arrived(chat, message);
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

/** An address: a bot of the box starts at once, as its Start would; a share chooses a chat; all else is asked first. */
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

async function press(message, row, column) {
  const button = message.reply_markup.inline_keyboard[row][column];
  if (button.url !== undefined) return open(button.url);
  if (button.copy_text) return copy(button.copy_text.text);
  if (button.callback_data !== undefined) return callback(message, row, column);
  const name = (message.via_bot ?? message.from).username;
  if (button.switch_inline_query_current_chat !== undefined) {
    return compose(`@${name} ${button.switch_inline_query_current_chat}`);
  }
  if (button.switch_inline_query !== undefined) return share(`@${name} ${button.switch_inline_query}`, () => true);
  const chosen = button.switch_inline_query_chosen_chat;
  if (chosen) return share(`@${name} ${chosen.query ?? ""}`, (chat) => allowed(chat, chosen));
  toast(WORDS.notHere(Object.keys(button).filter((key) => key !== "text").join(", ")));
}

async function callback(message, row, column) {
  const done = await api.press(state.person.id, state.chat, message.message_id, row, column).catch(sayFailure);
  const answer = done?.answer;
  if (answer?.url) return open(answer.url);
  if (!answer?.text) return;
  if (answer.show_alert) alert(answer.text); // not awaited: the spinner ends when the answer is there
  else toast(answer.text);
}

function allowed(chat, { allow_user_chats, allow_bot_chats, allow_group_chats }) {
  return { private: allow_bot_chats, group: allow_group_chats, saved: allow_user_chats }[chat.type] ?? false;
}

async function share(text, fits) {
  const options = state.chats.filter(fits).map((chat) => ({ label: chat.title, value: chat.id }));
  const chat = await choose(WORDS.shareTo, options);
  if (chat === null) return;
  if (chat !== openChat()?.id) await enter(chat, { push: true }).catch(sayFailure);
  compose(text);
}
