"""What a bot says about itself: names, descriptions, commands, menu buttons; resolved as Telegram does."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Scope = tuple[str, int, int]  # scope type, chat id, user id; 0 where the scope has none

DEFAULT_SCOPE: Scope = ("default", 0, 0)


@dataclass(slots=True)
class Profile:
    """Texts by language code ('' for all others), commands by scope and language, menu buttons by chat (0: all)."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[Scope, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    def commands_for(self, scopes: list[Scope], language: str) -> list[Json]:
        """The first list that there is, narrowest scope first, the person's own language before all others."""
        for scope in scopes:
            for code in (language, ""):
                if listed := self.commands.get((scope, code)):
                    return listed
        return []

    def menu_button(self, chat: int) -> Json:
        return self.menu_buttons.get(chat) or self.menu_buttons.get(0) or {"type": "default"}


def told(texts: dict[str, str], language: str) -> str:
    """The text for a language, or the one for all languages without their own."""
    return texts.get(language) or texts.get("", "")


def tell(texts: dict[str, str], language: str, text: str) -> None:
    """Keeps a text for a language; an empty one takes it back."""
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)


def two_letters(tag: str) -> str:
    """The language of an IETF tag, as command lists know it: 'fa-AF' is 'fa'."""
    return tag.split("-")[0].lower()


def private_scopes(person: int) -> list[Scope]:
    return [("chat", person, 0), ("all_private_chats", 0, 0), DEFAULT_SCOPE]


def group_scopes(group: int, person: int, admin: bool) -> list[Scope]:
    own: list[Scope] = [("chat_member", group, person)]
    if admin:
        own.append(("chat_administrators", group, 0))
    own.append(("chat", group, 0))
    if admin:
        own.append(("all_chat_administrators", 0, 0))
    return [*own, ("all_group_chats", 0, 0), DEFAULT_SCOPE]
