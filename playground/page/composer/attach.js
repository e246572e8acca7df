// Sends a photo or file, from the person's disk or a sample, with a caption.

import { sendInto } from "/page/app/actions.js";
import { ask, field } from "/page/widgets/dialogs.js";
import { h } from "/page/widgets/dom.js";
import { toast } from "/page/widgets/toast.js";
import { WORDS } from "/page/app/words.js";

const ACCEPT = { photo: "image/png,image/jpeg,image/webp,image/gif", video: "video/*", document: "", voice: "audio/ogg,audio/*", audio: "audio/*" };
const CAPTIONED = new Set([...Object.keys(ACCEPT), "album"]);
const LARGEST = 50 << 20;

export async function attach(chat, kind) {
  if (!CAPTIONED.has(kind)) return sendInto(chat, { kind });
  const chosen = await fill(kind);
  if (!chosen) return false;
  const { file, caption } = chosen;
  if (!file) return sendInto(chat, { kind, caption });
  if (file.size > LARGEST) return toast(WORDS.tooLarge(file.name));
  return sendInto(chat, { kind, caption, file_name: file.name, mime_type: file.type, content: await base64(file) });
}

async function fill(kind) {
  const file = ACCEPT[kind] === undefined ? null : field(WORDS.attachFile, { type: "file", accept: ACCEPT[kind] || null });
  const caption = h("textarea", { rows: "3", dir: "auto", maxlength: "1024" });
  const caption_field = h("label", { class: "field" }, h("span", {}, WORDS.attachCaption), caption);
  const body = h("div", { class: "fields" }, file?.element ?? h("p", {}, WORDS.attachAlbum), caption_field);
  const buttons = [
    { label: WORDS.cancel, value: false },
    { label: WORDS.send, value: true, primary: true },
  ];
  const yes = await ask(WORDS.attachTitle(WORDS.attachKinds[kind]), body, buttons);
  return yes ? { file: file?.input.files[0] ?? null, caption: caption.value } : null;
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
