// Messages that are not text, drawn as what they are; the box has no real pictures or sounds.

import { h } from "/page/dom.js";
import { icon } from "/page/icons.js";
import { nameOf } from "/page/kinds.js";
import { WORDS } from "/page/words.js";

const DRAW = {
  photo: () => picture("photo"),
  animation: () => picture("video"),
  video: () => picture("video"),
  video_note: () => picture("video"),
  location: (message) => place(message.location, ""),
  venue: (message) => place(message.venue.location, message.venue.title),
  sticker: (message) => h("div", { class: "sticker" }, message.sticker.emoji ?? "🙂"),
  dice: (message) => h("div", { class: "sticker" }, message.dice.emoji, h("sub", {}, String(message.dice.value ?? ""))),
  voice: (message) => sound(message.voice),
  audio: (message) => file("play", message.audio.title ?? WORDS.kinds.audio, seconds(message.audio.duration)),
  document: (message) => file("document", message.document.file_name, size(message.document.file_size)),
  contact: (message) => file("contact", nameOf(message.contact), message.contact.phone_number),
  poll: (message) => poll(message.poll),
};

export function media(message, kind) {
  return DRAW[kind](message);
}

function picture(name) {
  return h("div", { class: "picture", role: "img", "aria-label": WORDS.kinds[name] }, icon(name));
}

function place({ latitude, longitude }, title) {
  const where = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  const map = h("div", { class: "picture map", role: "img", "aria-label": WORDS.kinds.location }, icon("location"));
  return h("div", {}, map, h("div", { class: "caption-small" }, title ? `${title}, ${where}` : where));
}

function sound(voice) {
  const bars = Array.from({ length: 28 }, (_, at) => h("i", { class: `bar bar-${(at * 7 + 3) % 5}` }));
  const wave = h("div", { class: "wave", "aria-hidden": "true" }, bars);
  return h("div", { class: "file" }, round("play"), h("div", {}, wave, small(seconds(voice.duration))));
}

function file(name, title, detail) {
  const words = h("div", {}, h("div", { class: "file-title", dir: "auto" }, title ?? WORDS.kinds.document), small(detail));
  return h("div", { class: "file" }, round(name), words);
}

function poll({ question, options }) {
  const rows = options.map((option) => h("li", { dir: "auto" }, option.text));
  return h("div", { class: "poll" }, h("strong", { dir: "auto" }, question), h("ul", {}, rows));
}

const round = (name) => h("div", { class: "round" }, icon(name));
const small = (text) => h("div", { class: "caption-small" }, text ?? "");

function seconds(count = 0) {
  return `${Math.floor(count / 60)}:${String(count % 60).padStart(2, "0")}`;
}

function size(bytes) {
  return bytes === undefined ? "" : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}
