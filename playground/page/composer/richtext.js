// Turns blocks and spans into elements: paragraphs with their own direction, expandable quotes, links with a question.

import { h, pressable } from "/page/widgets/dom.js";
import { blocks, plain } from "/page/chat/entities.js";
import { icon } from "/page/widgets/icons.js";
import { addressOf, meaning } from "/page/app/links.js";
import { WORDS } from "/page/app/words.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const LINKS = new Set(["url", "text_link", "email", "phone_number"]);
const NAMES = new Set(["mention", "text_mention", "hashtag", "cashtag"]);

/** `act` has open(address), command(text), mention(name), copy(text). */
export function richText(text, entities, act) {
  const root = h("div", { class: "text" });
  root.append(...blocks(text, entities).flatMap((block) => draw(block, act, root)));
  return root;
}

function draw({ entity, lines }, act, root) {
  const drawn = lines.map((nodes) => paragraph(nodes, act, root));
  if (!entity) return drawn;
  if (entity.type === "pre") return [pre(entity, lines, act)];
  return [entity.type === "blockquote" ? h("blockquote", { class: "quote" }, drawn) : foldable(drawn)];
}

function paragraph(nodes, act, root) {
  const children = nodes.length ? nodes.map((node) => spanOf(node, act, root)) : [h("br")];
  return h("div", { class: "line", dir: "auto" }, children);
}

function spanOf(node, act, root) {
  if (typeof node === "string") return node;
  const { entity, children } = node;
  const inner = children.map((child) => spanOf(child, act, root));
  const text = plain(children);
  if (TAGS[entity.type]) return h(TAGS[entity.type], {}, inner);
  if (entity.type === "code" || entity.type === "pre") return copyable(text, act);
  if (entity.type === "spoiler") return spoiler(inner, root);
  if (entity.type === "bot_command") return pressable(h("a", { class: "link" }, inner), () => act.command(text));
  if (LINKS.has(entity.type)) return link(entity, text, inner, act);
  if (NAMES.has(entity.type)) return named(entity, text, inner, act);
  return h("span", { class: entity.type.replaceAll("_", "-") }, inner);
}

function link(entity, text, inner, act) {
  const address = addressOf(entity, text);
  const href = meaning(address).kind === "unsafe" ? null : address;
  const anchor = h("a", { class: "link", href, rel: "noopener noreferrer" }, inner);
  if (!href) return pressable(anchor, () => act.open(address));
  anchor.addEventListener("click", (event) => {
    event.preventDefault();
    act.open(address);
  });
  return anchor;
}

function named(entity, text, inner, act) {
  const element = h("a", { class: "link" }, inner);
  return entity.type === "mention" ? pressable(element, () => act.mention(text.slice(1))) : element;
}

function copyable(text, act) {
  return pressable(h("code", {}, text), () => act.copy(text));
}

function spoiler(inner, root) {
  return pressable(h("span", { class: "spoiler", "aria-label": WORDS.hidden }, inner), () => reveal(root));
}

/** One press shows all hidden parts of the message, as on Telegram. */
function reveal(root) {
  for (const element of root.querySelectorAll(".spoiler")) {
    element.classList.replace("spoiler", "revealed");
    for (const name of ["role", "tabindex", "aria-label"]) element.removeAttribute(name);
  }
}

function pre(entity, lines, act) {
  const text = lines.map(plain).join("\n");
  const head = h("div", { class: "pre-head" }, entity.language ?? "");
  head.append(pressable(h("span", { class: "link" }, icon("copy"), WORDS.copy), () => act.copy(text)));
  return h("div", { class: "pre" }, head, h("pre", { dir: "auto", tabindex: "0" }, text));
}

function foldable(lines) {
  const box = h("blockquote", { class: "quote long folded" }, h("div", { class: "quote-lines" }, lines));
  const button = h("button", { type: "button", class: "unfold", "aria-expanded": "false", "aria-label": WORDS.more });
  button.append(icon("down"));
  box.append(button);
  const fold = (folded) => {
    box.classList.toggle("folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
    button.setAttribute("aria-label", folded ? WORDS.more : WORDS.less);
  };
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    fold(!box.classList.contains("folded"));
  });
  box.addEventListener("click", () => getSelection().isCollapsed && box.classList.contains("folded") && fold(false));
  box.firstChild.addEventListener("focusin", () => fold(false));
  return box;
}

/** Marks quotes that fit their three lines and need no button; their height is known once they are on the page. */
export function fitQuotes(root) {
  for (const box of root.querySelectorAll(".quote.long.folded")) {
    const lines = box.firstChild;
    box.classList.toggle("short", lines.scrollHeight <= lines.clientHeight + 4);
  }
}
