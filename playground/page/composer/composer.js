// The composer: the text field with its suggestions; or a START button, or a button that unblocks the bot.

import * as api from "/page/app/api.js";
import { composeWith, sendInto, startBot } from "/page/app/actions.js";
import { attach } from "/page/composer/attach.js";
import { botItems, commandItems, onlyFor } from "/page/composer/commands.js";
import { h } from "/page/widgets/dom.js";
import { icon } from "/page/widgets/icons.js";
import { InlineMode } from "/page/composer/inline.js";
import { menuButton } from "/page/composer/menu.js";
import { openChat, state, watch } from "/page/app/store.js";
import { Suggestions } from "/page/composer/suggestions.js";
import { WORDS } from "/page/app/words.js";

const TALLEST = 180; // pixels; the largest height of the field
const FINE = matchMedia("(pointer: fine)"); // on a phone, focusing the field would open the keyboard

export class Composer {
  constructor() {
    this.drafts = new Map(); // chat id -> unsent text
    this.mode = null;
    this.input = textField();
    this.panel = new Suggestions(this.input);
    this.inline = new InlineMode(this.panel, () => this.write(""));
    this.commands = h("button", { type: "button", class: "commands-button", onclick: () => this.toggleCommands() }, icon("menu"), h("span", {}, WORDS.commandMenu));
    this.form = this.makeForm();
    this.bar = h("div", { class: "stand-in" });
    this.element = h("footer", { class: "composer" }, this.panel.element, this.form, this.bar);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    composeWith((text) => this.write(text));
    watch(["chat"], () => this.changeChat());
    watch(["chats", "profile", "messages"], () => this.chooseMode());
  }

  makeForm() {
    const send = h("button", { type: "submit", class: "icon-button send", "aria-label": WORDS.send }, icon("send"));
    const attach = menuButton({ class: "icon-button", "aria-label": WORDS.attach }, icon("attach"), () => this.attachments());
    const form = h("form", { class: "compose-form" }, this.commands, attach, this.input, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(this.input.value);
    });
    return form;
  }

  attachments() {
    return Object.entries(WORDS.attachKinds).map(([kind, label]) => ({
      label,
      icon: icon(kind),
      act: () => attach(state.chat, kind),
    }));
  }

  /** Replaces the text of the field as if it was typed. */
  write(text) {
    this.input.value = text;
    if (this.mode === "write") this.input.focus();
    this.typed();
  }

  typed() {
    const text = this.input.value;
    this.drafts.set(state.chat, text);
    this.grow();
    if (this.inline.typed(text)) return;
    const hands = { send: (command) => this.send(command), write: (words) => this.write(words) };
    const items = commandItems(text, hands) ?? botItems(text, hands) ?? [];
    if (items.length) this.panel.show(items);
    else this.panel.hide();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST)}px`;
  }

  key(event) {
    if (event.isComposing || this.panel.key(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.send(this.input.value);
  }

  async send(text) {
    if (!text.trim()) return;
    const chat = state.chat;
    this.write("");
    const sent = await sendInto(chat, { text, ...onlyFor(text) });
    if (!sent && chat === state.chat && !this.input.value) this.write(text); // restores the text after a failure
  }

  toggleCommands() {
    const shown = !this.panel.element.hidden;
    this.write(shown && this.input.value === "/" ? "" : "/");
  }

  changeChat() {
    this.mode = null;
    this.inline.end();
    this.panel.hide();
    this.input.value = this.drafts.get(state.chat) ?? "";
    this.chooseMode();
    if (this.mode === "write" && FINE.matches) this.input.focus();
    this.grow();
  }

  chooseMode() {
    const chat = openChat();
    const mode = modeOf(chat);
    this.commands.hidden = !state.profile?.commands.length; // the "default" menu button shows commands, too, if there are any
    if (mode === this.mode) return;
    const held = this.element.contains(document.activeElement);
    this.mode = mode;
    this.element.hidden = mode === "none";
    this.form.hidden = mode !== "write";
    this.bar.hidden = mode === "write";
    this.bar.replaceChildren(...bars(mode, chat));
    if (held && FINE.matches) (mode === "write" ? this.input : this.bar.querySelector("button"))?.focus();
  }
}

function modeOf(chat) {
  if (!chat || chat.type === "channel") return "none";
  if (chat.blocked) return "blocked";
  if (chat.type === "private" && (!chat.started || state.pendingStart !== null)) return "start";
  return "write";
}

function bars(mode, chat) {
  if (mode === "start") return [bar(WORDS.start, () => startBot(state.pendingStart ?? ""), "start-button")];
  if (mode !== "blocked") return [];
  const unblock = () => api.block(state.person.id, chat.id, false);
  return [
    h("p", {}, WORDS.blockedNote),
    bar(WORDS.unblockOnly, unblock, "unblock-button"),
    bar(WORDS.restart, () => unblock().then(() => startBot("")), "restart-button"),
  ];
}

function bar(label, act, name) {
  return h("button", { type: "button", class: `bar-button ${name}`, onclick: act }, label);
}

function textField() {
  return h("textarea", {
    class: "field-text",
    rows: "1",
    dir: "auto",
    placeholder: WORDS.compose,
    "aria-label": WORDS.compose,
    "aria-autocomplete": "list",
    "aria-controls": "suggestions",
  });
}
