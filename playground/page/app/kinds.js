// The kind of a message, and its summary in one line for lists, replies and labels.

import { WORDS } from "/page/app/words.js";

const MEDIA = Object.keys(WORDS.kinds);

/** Returns "text", a media kind, "service", or "strange" for an unknown kind. */
export function kindOf(message) {
  if (message.text !== undefined) return "text";
  const media = MEDIA.find((kind) => message[kind] !== undefined);
  if (media) return message.animation ? "animation" : message.venue ? "venue" : media;
  return serviceLine(message) ? "service" : "strange";
}

export function serviceLine(message) {
  const { joined, left, pinned, created, titled } = WORDS.service;
  if (message.new_chat_members) return joined(message.new_chat_members.map(nameOf).join(", "));
  if (message.left_chat_member) return left(nameOf(message.left_chat_member));
  if (message.pinned_message) return pinned;
  if (message.new_chat_title) return titled(message.new_chat_title);
  return message.group_chat_created ? created : "";
}

export function nameOf(someone) {
  if (!someone) return WORDS.someone;
  return [someone.first_name ?? someone.title ?? someone.username, someone.last_name].filter(Boolean).join(" ");
}

export function summary(message) {
  const kind = kindOf(message);
  if (kind === "text") return message.text.replace(/\s+/g, " ").slice(0, 120);
  if (kind === "service") return serviceLine(message);
  if (kind === "strange") return strange(message);
  return message.caption ? `${WORDS.kinds[kind]}, ${message.caption}` : WORDS.kinds[kind];
}

export function strange(message) {
  const usual = new Set(["message_id", "date", "chat", "from", "out", "edited", "edit_date", "reply_markup"]);
  return WORDS.strange(Object.keys(message).filter((key) => !usual.has(key)).join(", "));
}
