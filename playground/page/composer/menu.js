// A button with a menu: arrow keys move, Escape closes, and the focus returns to the button.

import { h } from "/page/widgets/dom.js";

/** `items()` returns [{label, act, icon?, checked?, note?}] or a promise of it, each time the menu opens. `hint` is a line below. */
export function menuButton(attributes, face, items, hint = "") {
  const button = h("button", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", ...attributes }, face);
  const box = h("div", { class: "menu-box" }, button);
  button.addEventListener("click", async () => (box.querySelector(".menu") ? close(box) : open(box, await items(), hint)));
  box.addEventListener("keydown", (event) => moved(box, event));
  box.addEventListener("focusout", (event) => !box.contains(event.relatedTarget) && close(box, false));
  return box;
}

function open(box, items, hint) {
  const below = hint && h("p", { class: "menu-hint" }, hint);
  const menu = h("div", { class: "menu", role: "menu" }, items.map((item) => entry(box, item)), below || null);
  menu.addEventListener("mousedown", (event) => event.preventDefault()); // Safari gives clicked buttons no focus
  box.append(menu);
  box.firstChild.setAttribute("aria-expanded", "true");
  (menu.querySelector("[aria-checked=true]") ?? menu.firstChild).focus();
}

function entry(box, { label, act, icon, checked, note }) {
  const role = checked === undefined ? "menuitem" : "menuitemradio";
  const words = [h("span", { class: "menu-label", dir: "auto" }, label), note && h("span", { class: "menu-note" }, note)];
  const attributes = { type: "button", role, tabindex: "-1", "aria-checked": checked === undefined ? null : String(checked) };
  const element = h("button", attributes, icon, words);
  element.addEventListener("click", () => {
    close(box);
    act();
  });
  return element;
}

function close(box, refocus = true) {
  const menu = box.querySelector(".menu");
  if (!menu) return;
  const inside = menu.contains(document.activeElement);
  box.firstChild.setAttribute("aria-expanded", "false");
  if (refocus && inside) box.firstChild.focus();
  menu.remove();
}

function moved(box, event) {
  const entries = [...box.querySelectorAll(".menu > button")];
  if (!entries.length) return;
  const at = entries.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key === "Escape") close(box);
  else if (event.key in steps) entries.at(steps[event.key] % entries.length).focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
