// The person of the tab: the switcher above the chat list, and the dialog that adds a person.

import * as api from "/page/app/api.js";
import { avatar } from "/page/chat/avatar.js";
import { ask, field } from "/page/widgets/dialogs.js";
import { h } from "/page/widgets/dom.js";
import { icon } from "/page/widgets/icons.js";
import { menuButton } from "/page/composer/menu.js";
import { become, enter, refreshPeople } from "/page/app/session.js";
import { state, watch } from "/page/app/store.js";
import { WORDS } from "/page/app/words.js";

export function peopleSwitcher() {
  const face = h("span", { class: "switcher-face" });
  const box = menuButton({ class: "switcher" }, face, entries, WORDS.adminsHint);
  watch(["people"], () => {
    const { person } = state;
    const unread = state.people.some((someone) => someone.id !== person.id && someone.unread > 0);
    const dot = unread && h("span", { class: "dot", "aria-hidden": "true" });
    face.replaceChildren(portrait(person), h("span", { dir: "auto" }, person.first_name), noteOf(person), icon("down"));
    if (dot) face.append(dot);
    box.firstChild.setAttribute("aria-label", WORDS.person(person.first_name));
  });
  return box;
}

async function entries() {
  await refreshPeople();
  const people = state.people.map((someone) => ({
    label: someone.first_name,
    note: [someone.language_code, someone.admin && WORDS.admin, someone.unread > 0 && WORDS.unread(someone.unread)]
      .filter(Boolean)
      .join(", "),
    icon: portrait(someone),
    checked: someone.id === state.person.id,
    act: () => change(someone),
  }));
  return [...people, { label: WORDS.addPerson, act: add }];
}

/** Keeps the same chat open for the other person, so that languages can be compared. */
async function change(person) {
  const { chat } = state;
  await become(person);
  if (state.chats.some((other) => other.id === chat)) await enter(chat);
}

function portrait(person) {
  return avatar({ id: person.id, title: person.first_name });
}

function noteOf(person) {
  return h("span", { class: "menu-note" }, person.admin ? `${person.language_code}, ${WORDS.admin}` : person.language_code);
}

async function add() {
  const name = field(WORDS.personName, { dir: "auto", autofocus: true, maxlength: 64 });
  const language = field(WORDS.personLanguage, { value: "fa", maxlength: 8, dir: "ltr" });
  const body = h("div", { class: "fields" }, name.element, language.element);
  const buttons = [
    { label: WORDS.cancel, value: null },
    { label: WORDS.add, value: true, primary: true },
  ];
  if (!(await ask(WORDS.personTitle, body, buttons))) return;
  const person = await api.addPerson(name.input.value.trim(), language.input.value.trim());
  await refreshPeople();
  await change(person);
}
