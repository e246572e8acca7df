// The list of commands, bots or inline results above the composer: a listbox that the keys in the text field control.

import { h } from "/page/widgets/dom.js";
import { WORDS } from "/page/app/words.js";

export class Suggestions {
  constructor(input) {
    this.input = input;
    this.head = h("div", { class: "suggestions-head" });
    this.list = h("div", { role: "listbox", id: "suggestions", "aria-label": WORDS.suggestions });
    this.element = h("div", { class: "suggestions", hidden: true }, this.head, this.list);
    this.element.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps focus
    this.items = [];
    this.active = -1;
  }

  /** `items`: [{node, act, complete?}]; `head`: a node above the list; `first`: whether Enter selects the first item. */
  show(items, { head = null, first = false, onEnd = null } = {}) {
    this.items = items;
    this.head.replaceChildren(...[head].filter(Boolean));
    this.list.replaceChildren(...items.map((item, at) => this.option(item, at)));
    this.list.onscroll = () => onEnd && this.list.scrollTop + this.list.clientHeight > this.list.scrollHeight - 60 && onEnd();
    this.element.hidden = false;
    this.list.scrollTop = 0;
    this.activate(first && items.length ? 0 : -1);
  }

  add(items) {
    const before = this.items.length;
    this.items = [...this.items, ...items];
    this.list.append(...items.map((item, at) => this.option(item, before + at)));
  }

  hide() {
    this.element.hidden = true;
    this.items = [];
    this.activate(-1);
  }

  option(item, at) {
    const element = h("div", { role: "option", id: `suggestion-${at}`, class: "suggestion", "aria-selected": "false" }, item.node);
    element.addEventListener("click", () => item.act());
    return element;
  }

  activate(at) {
    this.active = at;
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    if (at < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", `suggestion-${at}`);
    this.list.children[at].scrollIntoView({ block: "nearest" });
  }

  /** Returns whether the list used the key. */
  key(event) {
    if (this.element.hidden) return false;
    const count = this.items.length;
    if (event.key === "Escape") this.hide();
    else if (event.key === "ArrowDown" && count) this.activate((this.active + 1) % count);
    else if (event.key === "ArrowUp" && count) this.activate(this.active <= 0 ? count - 1 : this.active - 1);
    else if (event.key === "Enter" && !event.shiftKey && this.active >= 0) this.items[this.active].act();
    else if (event.key === "Tab" && !event.shiftKey && this.items[0]?.complete) this.items[Math.max(0, this.active)].complete();
    else return false;
    event.preventDefault();
    return true;
  }
}
