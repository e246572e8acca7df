// Shows messages that are not text: photos, players, and files to save.

import { fileAddress } from "/page/app/api.js";
import { h, pressable } from "/page/widgets/dom.js";
import { icon } from "/page/widgets/icons.js";
import { kindOf, nameOf } from "/page/app/kinds.js";
import { WORDS } from "/page/app/words.js";

const DRAW = {
  photo: (message) => hidden(message, image(message.photo.at(-1), WORDS.kinds.photo)),
  animation: (message) => hidden(message, animation(message.animation)),
  video: (message) => hidden(message, video(message.video, WORDS.kinds.video)),
  video_note: ({ video_note }) => video({ ...video_note, width: video_note.length, height: video_note.length }, WORDS.kinds.video_note),
  location: (message) => place(message.location, ""),
  venue: (message) => place(message.venue.location, message.venue.title),
  sticker: (message) => sticker(message.sticker),
  dice: (message) => h("div", { class: "sticker" }, message.dice.emoji, h("sub", {}, String(message.dice.value ?? ""))),
  voice: ({ voice }) => sound(voice, WORDS.kinds.voice),
  audio: ({ audio }) => sound(audio, [audio.performer, audio.title ?? audio.file_name ?? WORDS.kinds.audio].filter(Boolean).join(" – ")),
  document: (message) => download(message.document),
  contact: (message) => card("contact", nameOf(message.contact), message.contact.phone_number),
  poll: (message) => poll(message.poll),
};

export function media(message, kind) {
  if (!(message.album?.length > 1)) return DRAW[kind](message);
  const parts = message.album.map((one) => DRAW[kindOf(one)](one));
  const count = Math.min(parts.length, 4);
  return h("div", { class: kind === "document" || kind === "audio" ? "pile" : `media mosaic mosaic-${count}` }, parts);
}

/** Sets the size of an image before it is loaded, so that the layout does not move. */
function image(file, label) {
  const { width, height } = file;
  const picture = h("img", { class: "media", src: fileAddress(file), alt: label, width, height, decoding: "async" });
  return orElse(picture, () => stand(label));
}

function video(file, label, more = {}) {
  const { width, height } = file;
  const attributes = { class: "media", src: fileAddress(file), width, height, controls: true, preload: "metadata", "aria-label": label };
  return orElse(h("video", { ...attributes, ...more }), () => stand(label));
}

function animation(file) {
  if (file.mime_type?.startsWith("image/")) return image(file, WORDS.kinds.animation);
  return video(file, WORDS.kinds.animation, { loop: true, playsinline: true });
}

function sticker(file) {
  const emoji = file.emoji ?? "🙂";
  const picture = h("img", { class: "sticker-image", src: fileAddress(file), alt: emoji, width: 160, height: 160 });
  return orElse(picture, () => h("div", { class: "sticker" }, emoji));
}

function sound(file, title) {
  const attributes = { src: fileAddress(file), controls: true, preload: "metadata", "aria-label": title };
  const detail = [seconds(file.duration), size(file.file_size)].filter(Boolean).join(", ");
  const player = orElse(h("audio", attributes), () => small(WORDS.fileGone));
  return h("div", { class: "sound" }, h("div", { class: "sound-title" }, h("bdi", {}, title), small(detail)), player);
}

/** Shows a placeholder for a file whose bytes were dropped for newer files. */
function orElse(element, other) {
  element.addEventListener("error", () => element.replaceWith(other()), { once: true });
  return element;
}

function stand(label) {
  const name = `${label}: ${WORDS.fileGone}`;
  return h("div", { class: "media picture", role: "img", "aria-label": name, title: name }, icon("photo"));
}

function hidden(message, element) {
  if (!message.has_media_spoiler) return element;
  const cover = h("div", { class: "cover", "aria-label": WORDS.hiddenMedia }, h("span", {}, WORDS.spoiler));
  const box = h("div", { class: "media covered" }, element, cover);
  element.inert = true;
  pressable(cover, () => {
    element.inert = false;
    cover.remove();
    box.classList.remove("covered");
  });
  return box;
}

function download(file) {
  const name = file.file_name ?? WORDS.kinds.document;
  const link = { class: "file", href: fileAddress(file), download: name, "aria-label": WORDS.download(name) };
  return h("a", link, ...face("document", name, size(file.file_size)));
}

function card(name, title, detail) {
  return h("div", { class: "file" }, ...face(name, title, detail));
}

function face(name, title, detail) {
  const words = h("div", { class: "file-words" }, h("div", { class: "file-title", dir: "auto" }, title), small(detail));
  return [h("div", { class: "round" }, icon(name)), words];
}

function place({ latitude, longitude }, title) {
  const where = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  const map = h("div", { class: "picture map", role: "img", "aria-label": WORDS.kinds.location }, icon("location"));
  return h("div", {}, map, h("div", { class: "caption-small" }, title ? `${title}, ${where}` : where));
}

function poll({ question, options, is_anonymous, is_closed }) {
  const rows = options.map((option) => h("li", { dir: "auto" }, option.text));
  const sort = is_closed ? WORDS.pollClosed : is_anonymous ? WORDS.pollAnonymous : WORDS.pollPublic;
  return h("div", { class: "poll" }, h("strong", { dir: "auto" }, question), small(sort), h("ul", {}, rows));
}

const small = (text) => h("div", { class: "caption-small" }, text ?? "");

function seconds(count) {
  return count ? `${Math.floor(count / 60)}:${String(count % 60).padStart(2, "0")}` : "";
}

function size(bytes) {
  if (bytes === undefined) return "";
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}
