// The simulator API, one function for each operation; every failure is a BoxError with a sentence to show.

import { WORDS } from "/page/app/words.js";

export class BoxError extends Error {}

export const people = async () => (await get("/box/people")).people;
export const addPerson = (first_name, language_code) => post("/box/people", { first_name, language_code });
export const notice = async () => (await get("/box/notice")).notice;
export const bots = async () => (await get("/box/bots")).bots;
export const chats = async (person) => (await get("/box/chats", { person })).chats;
export const messages = async (person, chat) => (await get(`/box/chats/${chat}/messages`, { person })).messages;
export const profile = (person, chat) => get(`/box/chats/${chat}/profile`, { person });
export const send = (person, chat, what) => post(`/box/chats/${chat}/send`, { person, ...what });
export const start = (person, chat, payload) => post(`/box/chats/${chat}/start`, { person, payload });
export const press = (person, chat, message_id, row, column) =>
  post(`/box/chats/${chat}/press`, { person, message_id, row, column });
export const read = (person, chat) => post(`/box/chats/${chat}/read`, { person });
export const block = (person, chat, blocked) => post(`/box/chats/${chat}/block`, { person, blocked });
export const rights = (person, chat, list) => post(`/box/chats/${chat}/rights`, { person, rights: list });
export const clear = (person, chat) => post(`/box/chats/${chat}/clear`, { person });
export const inline = (person, chat, bot, query, offset, signal) =>
  post("/box/inline", { person, chat, bot, query, offset }, signal);
export const choose = (person, chat, id, result_id) => post("/box/inline/choose", { person, chat, id, result_id });
export const faults = async () => (await get("/box/faults")).faults;
export const setFaults = (list) => post("/box/faults", { faults: list });
export const fileAddress = (file) => `/box/files/${file.file_unique_id}`;
export const eventsAddress = (person) => `/box/events?person=${person}`;

function get(path, query = {}) {
  const search = new URLSearchParams(query).toString();
  return call(search ? `${path}?${search}` : path, {});
}

function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return call(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

async function call(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options }).catch(explain);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new BoxError(body.error ?? WORDS.refused(response.status));
  return body;
}

function explain(error) {
  if (error.name === "AbortError") throw error;
  throw new BoxError(WORDS.lost);
}
