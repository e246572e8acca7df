// The list of messages: updates single messages, keeps the focus, and stays at the bottom if it was there.

import { folded } from "/page/chat/albums.js";
import { h } from "/page/widgets/dom.js";
import { icon } from "/page/widgets/icons.js";
import { nearestKey } from "/page/chat/keyboard.js";
import { messageElement } from "/page/chat/message.js";
import { fitQuotes } from "/page/composer/richtext.js";
import { day, dayKey } from "/page/app/times.js";
import { WORDS } from "/page/app/words.js";

const NEAR = 80; // pixels from the bottom that still count as the bottom

export class MessageLog {
  constructor(act) {
    this.act = act;
    this.drawn = new Map(); // message id -> {element, seen: the JSON that it shows}
    this.days = new Map(); // day -> its line, reused so that screen readers do not announce it again
    this.list = h("div", { class: "log" });
    const live = { role: "log", "aria-live": "polite", "aria-label": WORDS.messages };
    this.scroll = h("div", { class: "scroll", tabindex: "0", ...live }, this.list);
    this.down = h("button", { type: "button", class: "down", "aria-label": WORDS.newMessages, hidden: true }, icon("down"));
    this.down.addEventListener("click", () => this.toBottom());
    this.scroll.addEventListener("scroll", () => this.followed());
    this.element = h("div", { class: "log-frame" }, this.scroll, this.down);
    new ResizeObserver(() => this.resized()).observe(this.scroll);
    this.height = 0;
    this.stuck = true; // was at the bottom before the last change of size, and is kept there
  }

  show(all) {
    const messages = folded(all);
    const first = this.drawn.size === 0;
    const mine = messages.length > 0 && messages.at(-1).out && !this.drawn.has(messages.at(-1).message_id);
    const stick = first || mine || this.atBottom();
    this.arrange(messages);
    fitQuotes(this.list);
    if (stick) this.toBottom();
    else this.down.hidden = false;
  }

  /** Puts all messages and day lines in order. Unchanged ones are not touched, so that screen readers do not repeat them. */
  arrange(messages) {
    const wanted = messages.flatMap((message, at) => this.nodesOf(message, messages[at - 1], messages[at + 1]));
    const living = new Set(wanted);
    for (const node of [...this.list.children]) if (!living.has(node)) node.remove();
    wanted.forEach((node, at) => {
      if (this.list.children[at] !== node) this.list.insertBefore(node, this.list.children[at] ?? null);
    });
    this.drawn = new Map(messages.map((message) => [message.message_id, this.drawn.get(message.message_id)]));
  }

  /** Returns a message's element, after the line of a new day; marks the first and last one of a sender in a row. */
  nodesOf(message, before, after) {
    const element = this.elementOf(message);
    element.classList.toggle("first", !sameRun(before, message));
    element.classList.toggle("last", !sameRun(message, after));
    const opens = !before || dayKey(before.date) !== dayKey(message.date);
    return opens ? [this.dayLine(message), element] : [element];
  }

  dayLine({ date }) {
    const key = dayKey(date);
    if (!this.days.has(key)) this.days.set(key, h("div", { class: "day" }, h("span", {}, day(date))));
    return this.days.get(key);
  }

  elementOf(message) {
    const seen = JSON.stringify(message);
    const known = this.drawn.get(message.message_id);
    if (known?.seen === seen) return known.element;
    const element = messageElement(message, this.act);
    if (known) replace(known.element, element);
    this.drawn.set(message.message_id, { element, seen });
    return element;
  }

  atBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /** Keeps the lowest messages in their place on the screen, such as when a toast above takes a line. */
  resized() {
    const { clientHeight } = this.scroll;
    if (this.stuck) this.toBottom();
    else this.scroll.scrollTop += this.height - clientHeight;
    this.height = clientHeight;
  }

  followed() {
    this.stuck = this.atBottom();
    if (this.stuck) this.down.hidden = true;
  }

  toBottom() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.stuck = true;
    this.down.hidden = true;
  }
}

function replace(old, element) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(element);
  if (!focused) return;
  const key = focused.dataset.place && nearestKey(element, focused.dataset.place);
  (key || element).focus({ preventScroll: true });
}

function sameRun(one, other) {
  if (!one || !other) return false;
  return one.from?.id === other.from?.id && one.out === other.out && dayKey(one.date) === dayKey(other.date);
}
