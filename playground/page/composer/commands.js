// Suggestions for a text that begins with "/" (the bot's commands, in the person's language) or is "@" (the bots).

import { avatar } from "/page/chat/avatar.js";
import { h } from "/page/widgets/dom.js";
import { openChat, state } from "/page/app/store.js";

/** `hands`: {send(text), write(text)}. Returns null when there is nothing to suggest for `text`. */
export function commandItems(text, hands) {
  const asked = /^\/(\w*)$/.exec(text);
  if (!asked) return null;
  const found = (state.profile?.commands ?? []).filter(({ command }) => command.startsWith(asked[1].toLowerCase()));
  return found.map((command) => item(command, hands));
}

function item({ command, description }, { send, write }) {
  const full = `/${command}${address()}`;
  const node = [h("span", { class: "command" }, `/${command}`), h("span", { class: "command-what", dir: "auto" }, description)];
  return { node, act: () => send(full), complete: () => write(`${full} `) };
}

/** The field that sends a text of a group to its bot alone, if the text is one of the bot's ephemeral commands. */
export function onlyFor(text) {
  const name = /^\/(\w+)(?:@\w+)?(?:\s|$)/.exec(text)?.[1];
  const known = openChat()?.type === "group" && state.bots.length === 1 && state.profile?.commands.find(({ command }) => command === name);
  return known?.is_ephemeral ? { ephemeral_to: state.bots[0].id } : {};
}

/** In a group a command names its bot. */
function address() {
  return openChat().type === "group" && state.bots.length === 1 ? `@${state.bots[0].username}` : "";
}

export function botItems(text, { write }) {
  const asked = /^@(\w*)$/.exec(text);
  if (!asked) return null;
  const bots = state.bots.filter(({ username }) => username.toLowerCase().startsWith(asked[1].toLowerCase()));
  return bots.map((bot) => {
    const face = avatar({ id: bot.id, title: bot.first_name });
    const node = [face, h("span", { class: "command" }, `@${bot.username}`), h("span", { class: "command-what" }, bot.first_name)];
    const act = () => write(`@${bot.username} `);
    return { node, act, complete: act };
  });
}
