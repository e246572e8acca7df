// Dialogs that wait for an answer, with the browser's <dialog>, which keeps and returns the focus.

import { h, line } from "/page/widgets/dom.js";
import { WORDS } from "/page/app/words.js";

let count = 0;

/** Shows `body` under `title`; `buttons` are [{label, value, primary?}]. Resolves to the value of a button, or null when dismissed. */
export function ask(title, body, buttons) {
  return new Promise((resolve) => {
    const id = `dialog-${(count += 1)}`;
    const dialog = h("dialog", { "aria-labelledby": id }, h("h2", { id, dir: "auto" }, title), body);
    const finish = (value) => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    dialog.append(h("div", { class: "dialog-buttons" }, buttons.map((button) => answer(button, finish))));
    dialog.addEventListener("cancel", () => finish(null));
    dialog.addEventListener("click", (event) => event.target === dialog && finish(null));
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName === "INPUT") dialog.querySelector(".primary")?.click();
    });
    dialog.addEventListener("choose", (event) => finish(event.detail));
    document.body.append(dialog);
    dialog.showModal();
  });
}

function answer({ label, value, primary, danger }, finish) {
  const name = `plain-button${primary ? " primary" : ""}${danger ? " danger" : ""}`;
  return h("button", { type: "button", class: name, autofocus: primary && !danger, onclick: () => finish(value) }, label);
}

export function alert(text, title = "") {
  const body = h("div", { class: "dialog-text" }, text.split("\n").map((part) => line(part)));
  return ask(title, body, [{ label: WORDS.ok, value: true, primary: true }]);
}

export async function confirm(question, yes, { detail = "", danger = false } = {}) {
  const body = detail ? h("p", { class: "dialog-address", dir: "ltr" }, detail) : null;
  const buttons = [
    { label: WORDS.cancel, value: false },
    { label: yes, value: true, primary: true, danger },
  ];
  return (await ask(question, body, buttons)) === true;
}

/** `options` are [{label, note?, value}]. */
export function choose(title, options) {
  const list = h("div", { class: "dialog-list" });
  for (const { label, note, value } of options) {
    const words = [h("span", { dir: "auto" }, label), note && h("span", { class: "menu-note" }, note)];
    const button = h("button", { type: "button" }, words);
    button.addEventListener("click", () => button.dispatchEvent(new CustomEvent("choose", { detail: value, bubbles: true })));
    list.append(button);
  }
  return ask(title, list, [{ label: WORDS.cancel, value: null }]);
}

export function field(label, attributes) {
  const input = h("input", { autocomplete: "off", ...attributes });
  return { input, element: h("label", { class: "field" }, h("span", {}, label), input) };
}
