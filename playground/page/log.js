// The list of messages: follows the open chat's messages one by one, keeps focus, and stays at the bottom when it was there.

import { h } from "/page/dom.js";
import { icon } from "/page/icons.js";
import { nearestKey } from "/page/keyboard.js";
import { messageElement } from "/page/message.js";
import { fitQuotes } from "/page/richtext.js";
import { day, dayKey } from "/page/times.js";
import { WORDS } from "/page/words.js";

const NEAR = 80; // pixels from the bottom that still count as being there

export class MessageLog {
  constructor(act) {
    this.act = act;
    this.drawn = new Map(); // message id -> {element, seen: the JSON it was drawn from}
    this.list = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": WORDS.messages });
    this.scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": WORDS.messages }, this.list);
    this.down = h("button", { type: "button", class: "down", "aria-label": WORDS.newMessages, hidden: true }, icon("down"));
    this.down.addEventListener("click", () => this.toBottom());
    this.scroll.addEventListener("scroll", () => this.followed());
    this.element = h("div", { class: "log-frame" }, this.scroll, this.down);
    new ResizeObserver(() => this.stuck && this.toBottom()).observe(this.scroll);
    this.stuck = true;
  }

  show(messages) {
    const first = this.drawn.size === 0;
    const mine = messages.length > 0 && messages.at(-1).out && !this.drawn.has(messages.at(-1).message_id);
    const stick = first || mine || this.stuck;
    this.forget(new Set(messages.map((message) => message.message_id)));
    const elements = messages.map((message) => this.elementOf(message));
    this.place(messages, elements);
    fitQuotes(this.list);
    if (stick) this.toBottom();
    else this.down.hidden = false;
  }

  forget(living) {
    for (const [id, { element }] of this.drawn) {
      if (living.has(id)) continue;
      element.remove();
      this.drawn.delete(id);
    }
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

  /** Puts every element where it belongs, moving only what is not there yet; marks days and runs of one sender. */
  place(messages, elements) {
    for (const old of this.list.querySelectorAll(".day")) old.remove();
    let at = this.list.firstChild;
    messages.forEach((message, index) => {
      const [before, after] = [messages[index - 1], messages[index + 1]];
      const element = elements[index];
      element.classList.toggle("first", !sameRun(before, message));
      element.classList.toggle("last", !sameRun(message, after));
      if (element === at) at = at.nextSibling;
      else this.list.insertBefore(element, at);
      if (!before || dayKey(before.date) !== dayKey(message.date)) element.before(dayLine(message));
    });
  }

  followed() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    this.stuck = scrollHeight - scrollTop - clientHeight < NEAR;
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

function dayLine(message) {
  return h("div", { class: "day" }, h("span", {}, day(message.date)));
}
