// The state of the page, and the functions to call when it changes. Nothing is stored beyond the tab.

export const state = {
  people: [],
  bots: [],
  person: null, // the person who uses this tab
  chats: [],
  chat: null, // the open chat's id
  messages: [], // of the open chat, oldest first
  profile: null, // of the open chat
  pendingStart: null, // the payload of a deep link that waits for START
  online: true,
  faults: [],
};

const listeners = new Map();

/** Topics: people, chats, chat (another chat was opened), messages, profile, online, faults. */
export function watch(topics, listener) {
  for (const topic of topics) {
    if (!listeners.has(topic)) listeners.set(topic, []);
    listeners.get(topic).push(listener);
  }
}

export function tell(topic) {
  for (const listener of listeners.get(topic) ?? []) listener();
}

export const openChat = () => state.chats.find((chat) => chat.id === state.chat) ?? null;
export const botNamed = (username) =>
  state.bots.find((bot) => bot.username.toLowerCase() === username.toLowerCase()) ?? null;
/** A person's private chat with a bot has the bot's id. */
export const chatWithBot = (bot) => state.chats.find((chat) => chat.type === "private" && chat.bot?.id === bot.id);
