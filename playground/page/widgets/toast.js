// A sentence that is shown for a moment, as Telegram shows a bot's answer without an alert.
// Above the messages it takes room of its own, so that it covers no button. Where no chat is open it lies over the list.

import { h } from "/page/widgets/dom.js";

const STAY = 3500;
let timer = null;

/** The toast above the messages. Screen readers hear the one in #toast, which never moves. */
export const chatToast = h("div", { class: "toast chat-toast", "aria-hidden": "true", dir: "auto" });

export function toast(text) {
  const places = [document.getElementById("toast"), chatToast];
  for (const place of places) {
    place.textContent = text;
    place.classList.add("shown");
  }
  clearTimeout(timer);
  timer = setTimeout(() => places.forEach((place) => place.classList.remove("shown")), STAY + 40 * text.length);
}

/** Ends a promise chain: shows a failure as a toast, and leaves the console for bugs. */
export function sayFailure(error) {
  toast(error.message);
  if (error.constructor.name !== "BoxError") console.error(error);
}
