// A message as a bubble: sender, content, time, and the buttons under it.

import { captioned } from "/page/chat/albums.js";
import { h } from "/page/widgets/dom.js";
import { icon } from "/page/widgets/icons.js";
import { keyboard } from "/page/chat/keyboard.js";
import { kindOf, nameOf, serviceLine, strange, summary } from "/page/app/kinds.js";
import { media } from "/page/chat/media.js";
import { richText } from "/page/composer/richtext.js";
import { hour } from "/page/app/times.js";
import { WORDS } from "/page/app/words.js";

const BARE = new Set(["sticker", "dice"]); // shown without a bubble

export function messageElement(message, act) {
  const kind = kindOf(message);
  if (kind === "service") return service(message);
  const classes = ["message", message.out ? "out" : "in", BARE.has(kind) ? "bare" : ""];
  const bubble = h("div", { class: "bubble" }, ...headers(message), ...body(message, kind, act), meta(message));
  const column = h("div", { class: "column" }, bubble, keyboard(message, act));
  return h(
    "article",
    { class: classes.join(" ").trim(), "data-id": message.message_id, tabindex: "-1", "aria-label": label(message) },
    column,
  );
}

function service(message) {
  return h("div", { class: "service", "data-id": message.message_id }, h("span", { dir: "auto" }, serviceLine(message)));
}

function label(message) {
  return `${message.out ? WORDS.you : nameOf(author(message))}, ${hour(message.date)}`;
}

function headers(message) {
  const name = h("div", { class: `name hue-${Math.abs(author(message)?.id ?? 0) % 6}`, dir: "auto" }, nameOf(author(message)));
  return [
    name,
    message.ephemeral && h("div", { class: "via" }, WORDS.onlyYou),
    message.guest_bot_caller_user && h("div", { class: "via" }, WORDS.guest(nameOf(message.guest_bot_caller_user))),
    message.via_bot && h("div", { class: "via" }, `${WORDS.via} @${message.via_bot.username}`),
    message.forward_origin && h("div", { class: "via" }, `${WORDS.forwarded} ${origin(message.forward_origin)}`),
    message.reply_to_message && replied(message.reply_to_message),
  ];
}

/** Returns who wrote a message: a person or bot, or a channel. */
function author({ from, sender_chat }) {
  return from ?? sender_chat;
}

function origin({ sender_user, sender_user_name, chat, sender_chat }) {
  return sender_user_name ?? nameOf(sender_user ?? sender_chat ?? chat);
}

function replied(other) {
  const words = h("div", { class: "ellipsis", dir: "auto" }, summary(other));
  return h("div", { class: "reply" }, h("div", { class: "reply-name", dir: "auto" }, nameOf(other.from)), words);
}

function body(message, kind, act) {
  if (kind === "text") return [richText(message.text, message.entities, act)];
  if (kind === "strange") return [h("div", { class: "text" }, h("em", {}, strange(message)))];
  const { caption: words, caption_entities } = captioned(message);
  const caption = words && richText(words, caption_entities, act);
  return message.show_caption_above_media ? [caption, media(message, kind)] : [media(message, kind), caption];
}

function meta(message) {
  const date = new Date(message.date * 1000).toISOString();
  return h(
    "div",
    { class: "meta" },
    message.silent && mark("silent", WORDS.silent),
    message.has_protected_content && mark("protected", WORDS.protectedContent),
    message.edited && h("span", { class: "edited" }, WORDS.edited),
    h("time", { datetime: date }, hour(message.date)),
    message.out && icon("checks"),
  );
}

function mark(name, words) {
  return h("span", { class: name, role: "img", "aria-label": words, title: words }, icon(name));
}
