// Inline mode: "@bot query" in the composer queries the bot, shows its results, and sends the chosen one.

import * as api from "/page/app/api.js";
import { openBot } from "/page/app/actions.js";
import { h } from "/page/widgets/dom.js";
import { sent } from "/page/app/session.js";
import { botNamed, state } from "/page/app/store.js";
import { sayFailure } from "/page/widgets/toast.js";
import { WORDS } from "/page/app/words.js";

const PAUSE = 350; // milliseconds without a key before the bot is queried, about as in Telegram's apps

export class InlineMode {
  /** `panel`: the Suggestions that show the results; `done()`: called when the field may be emptied. */
  constructor(panel, done) {
    this.panel = panel;
    this.done = done;
    this.asked = null; // "chat bot query" of the results that are shown or awaited
    this.timer = null;
    this.stop = new AbortController();
  }

  /** Returns whether `text` is an inline query, and then shows its results in the panel. */
  typed(text) {
    const match = /^@(\w+)\s([^]*)$/.exec(text);
    const bot = match && botNamed(match[1]);
    if (!bot) return this.end();
    const query = match[2];
    const asked = `${state.chat} ${bot.id} ${query}`;
    if (asked === this.asked) return true;
    this.end();
    this.asked = asked;
    this.timer = setTimeout(() => this.ask(bot, state.chat, query), PAUSE);
    return true;
  }

  end() {
    clearTimeout(this.timer);
    this.stop.abort();
    this.stop = new AbortController();
    this.asked = null;
    return false;
  }

  async ask(bot, chat, query) {
    const { signal } = this.stop;
    this.panel.show([], { head: note(WORDS.searching) });
    const found = await this.fetch(chat, bot, query, "", signal);
    if (signal.aborted) return;
    if (!found) return this.panel.show([], { head: note(WORDS.inlineFailed) });
    const head = found.button ? this.buttonAbove(bot, found.button) : found.results.length ? null : note(WORDS.noResults);
    const more = { offset: found.next_offset, busy: false };
    const onEnd = () => this.more(bot, chat, query, more, signal);
    this.panel.show(this.items(chat, found), { head, first: true, onEnd });
  }

  async more(bot, chat, query, more, signal) {
    if (more.busy || !more.offset) return;
    more.busy = true;
    const found = await this.fetch(chat, bot, query, more.offset, signal);
    if (signal.aborted || !found) return;
    this.panel.add(this.items(chat, found));
    Object.assign(more, { offset: found.next_offset, busy: false });
  }

  /** Resolves to the bot's answer, or null when there was none. */
  async fetch(chat, bot, query, offset, signal) {
    const found = await api.inline(state.person.id, chat, bot.id, query, offset, signal).catch((error) => error);
    if (signal.aborted) return null;
    if (found instanceof Error) sayFailure(found);
    return found instanceof Error || found.error ? null : found;
  }

  items(chat, { id, results }) {
    return results.map((result) => ({ node: card(result), act: () => this.choose(chat, id, result) }));
  }

  async choose(chat, id, result) {
    this.end();
    this.done();
    const message = await api.choose(state.person.id, chat, id, result.id).catch(sayFailure);
    if (message) sent(chat, message);
  }

  buttonAbove(bot, { text, start_parameter }) {
    const button = h("button", { type: "button", class: "inline-button", dir: "auto" }, text);
    button.addEventListener("click", () => {
      this.end();
      this.done();
      openBot(bot, start_parameter ?? "");
    });
    return button;
  }
}

function card(result) {
  const title = result.title ?? result.type;
  const face = h("span", { class: "card-face", "aria-hidden": "true" }, [...title][0]);
  const what = h("span", { class: "card-what", dir: "auto" }, result.description ?? result.caption ?? "");
  return [face, h("span", { class: "card-words" }, h("span", { class: "card-title", dir: "auto" }, title), what)];
}

const note = (text) => h("div", { class: "suggestions-note", role: "status" }, text);
