// The person and open chat of the tab, kept up to date by events of the playground.

import * as api from "/page/app/api.js";
import { listen } from "/page/app/live.js";
import * as place from "/page/app/place.js";
import { botNamed, chatWithBot, openChat, state, tell } from "/page/app/store.js";
import { WORDS } from "/page/app/words.js";

const LOOK_AGAIN = 3000; // milliseconds

let chatsAsked = 0;
let changes = 0; // counts changes of the open chat's messages, by events and by this page
let gone = new Set(); // ids deleted in the open chat since it was opened

export async function begin() {
  [state.people, state.bots] = await Promise.all([api.people(), api.bots()]);
  await goto(place.read());
}

/** Shows the chat of an address; one without a person keeps the current person. */
export async function goto({ person, chat, bot, start }) {
  const wanted = state.people.find((someone) => someone.id === person) ?? state.person ?? firstPerson();
  if (wanted.id !== state.person?.id) await become(wanted);
  const target = bot ? chatWithBot(botNamed(bot) ?? {}) : state.chats.find((other) => other.id === chat);
  if (target) await enter(target.id, { start: bot ? start : null });
  else leave();
  if (bot && !target) throw new api.BoxError(WORDS.noSuchName(bot));
}

/** Returns the first person who reads a language of the browser, else the first person. */
function firstPerson() {
  const readers = navigator.languages.map((tag) => state.people.find((someone) => primary(someone.language_code) === primary(tag)));
  return readers.find(Boolean) ?? state.people[0];
}

/** Returns the language of a tag such as fa-AF, without its region. */
const primary = (tag) => tag.toLowerCase().split("-")[0];

export async function become(person) {
  state.person = person;
  state.chat = null;
  state.chats = [];
  tell("people");
  leave();
  await listen(person.id, { onEvent: happened, onOnline: online, onOffline: offline });
  await refreshChats();
}

export async function enter(chat, { start = null, push = false } = {}) {
  const another = state.chat !== chat;
  state.chat = chat;
  state.pendingStart = start;
  if (another) {
    gone = new Set();
    Object.assign(state, { messages: [], profile: null });
  }
  place.write(state.person.id, chat, { push });
  document.body.dataset.pane = "chat";
  tell(another ? "chat" : "profile");
  await refreshMessages();
}

export function leave() {
  state.chat = null;
  state.pendingStart = null;
  document.body.dataset.pane = "list";
  place.write(state.person.id, null);
  tell("chat");
}

export async function refreshPeople() {
  state.people = await api.people();
  state.person = state.people.find((someone) => someone.id === state.person.id) ?? state.person;
  tell("people");
}

export async function refreshChats() {
  const person = state.person.id;
  const asked = (chatsAsked += 1);
  const chats = await api.chats(person);
  if (person !== state.person.id || asked !== chatsAsked) return; // a later request has the newer response
  state.chats = chats;
  tell("chats");
}

async function refreshMessages() {
  const { chat, person } = state;
  const before = changes;
  const [messages, profile] = await Promise.all([api.messages(person.id, chat), api.profile(person.id, chat)]);
  if (chat !== state.chat || person.id !== state.person.id) return;
  if (before !== changes) return refreshMessages(); // an event came before the response
  Object.assign(state, { messages, profile });
  tell("profile");
  tell("messages");
  markRead();
}

async function refreshProfile() {
  const { chat, person } = state;
  if (chat === null) return;
  const profile = await api.profile(person.id, chat);
  if (chat !== state.chat || person.id !== state.person.id) return;
  state.profile = profile;
  tell("profile");
}

/** There is no event for changes of a bot's descriptions: a chat without messages polls for them. */
setInterval(() => {
  const waiting = openChat()?.started === false && state.online && !document.hidden;
  if (waiting) refreshMessages().catch(() => {});
}, LOOK_AGAIN);

/** Adds the response to a message of our own. Its event may have come before, with newer content. */
export function sent(chat, message) {
  const known = (other) => other.message_id === message.message_id;
  if (chat === state.chat && !gone.has(message.message_id) && !state.messages.some(known)) put(message);
}

function put(message) {
  changes += 1;
  const others = state.messages.filter((other) => other.message_id !== message.message_id);
  state.messages = [...others, message].sort((one, other) => one.message_id - other.message_id);
  tell("messages");
}

function vanish(ids) {
  changes += 1;
  ids.forEach((id) => gone.add(id));
  state.messages = state.messages.filter((message) => !ids.includes(message.message_id));
  tell("messages");
}

export function markRead() {
  if (state.chat === null || document.hidden || !openChat()?.unread) return;
  api.read(state.person.id, state.chat).catch(() => {}); // an event follows; other requests report when the playground has stopped
}

async function happened(event) {
  if (event.type === "people") return refreshPeople();
  if (event.type === "profile") return refreshProfile();
  const here = event.chat === state.chat;
  if (here && (event.type === "message" || event.type === "edited")) put(event.message);
  if (here && event.type === "deleted") vanish(event.message_ids);
  await Promise.all([refreshChats(), refreshPeople()]); // an event for one person often changes the unread counts of others
  if (event.type === "chat" && event.chat === state.chat) await refreshMessages();
  markRead();
}

/** Refreshes everything after a time offline; the first connection needs no refresh. */
async function online() {
  if (state.online) return;
  state.online = true;
  tell("online");
  await Promise.all([refreshPeople(), refreshChats(), state.chat === null ? null : refreshMessages()]);
}

function offline() {
  state.online = false;
  tell("online");
}
