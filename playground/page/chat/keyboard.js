// A message's inline keyboard: rows of equal buttons that show a spinner until the press is answered.

import { h } from "/page/widgets/dom.js";
import { icon } from "/page/widgets/icons.js";

const STYLES = new Set(["primary", "success", "danger"]);
const CORNERS = [
  ["url", "link"],
  ["copy_text", "copy"],
  ["switch_inline_query", "share"],
  ["switch_inline_query_chosen_chat", "share"],
];

/** `act.press(message, row, column)` may return a promise; the button shows a spinner until it resolves. */
export function keyboard(message, act) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  return h("div", { class: "keyboard" }, rows.map((buttons, row) => rowOf(message, buttons, row, act)));
}

function rowOf(message, buttons, row, act) {
  const keys = buttons.map((button, column) => key(button, `${row}:${column}`, () => act.press(message, row, column)));
  return h("div", { class: "keyboard-row" }, keys);
}

function key(button, place, press) {
  const style = STYLES.has(button.style) ? ` key-${button.style}` : "";
  const corner = CORNERS.find(([field]) => button[field] !== undefined);
  const label = h("span", { class: "key-label", dir: "auto" }, button.text);
  const element = h("button", { type: "button", class: `key${style}`, title: button.text, "data-place": place }, label);
  if (corner) element.append(icon(corner[1]));
  element.addEventListener("click", () => spinning(element, press));
  return element;
}

async function spinning(element, press) {
  if (element.getAttribute("aria-busy") === "true") return;
  element.setAttribute("aria-busy", "true");
  try {
    await press();
  } finally {
    element.removeAttribute("aria-busy");
  }
}

/** Returns the button nearest to `place` ("row:column"), so that an edit of the rows does not move the focus. */
export function nearestKey(root, place) {
  const [row, column] = place.split(":").map(Number);
  const rows = root.querySelectorAll(".keyboard-row");
  const keys = rows[Math.min(row, rows.length - 1)]?.children ?? [];
  return keys[Math.min(column, keys.length - 1)] ?? null;
}
