// The avatar of a person or chat: its first letter on a colour that depends on its id.

import { h } from "/page/widgets/dom.js";
import { icon } from "/page/widgets/icons.js";

export function avatar({ id, title, type }) {
  const face = type === "saved" ? icon("bookmark") : [...(title ?? "?")][0];
  return h("span", { class: `avatar hue-${Math.abs(id) % 6}`, "aria-hidden": "true" }, face);
}
