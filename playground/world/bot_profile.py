"""Define the profile of a bot: names, descriptions, commands and menu buttons, by language and scope."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Scope = tuple[str, int, int]  # scope type, chat id, user id; 0 where the scope has none

DEFAULT_SCOPE: Scope = ("default", 0, 0)


@dataclass(slots=True)
class BotProfile:
    """The profile that a bot shows to people.

    Texts are stored by language code, and commands by scope and language code. The language code "" is the default.
    Menu buttons are stored by chat id; the id 0 is the default for all chats.
    """

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[Scope, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    def commands_for(self, scopes: list[Scope], language: str) -> list[Json]:
        """Return the commands of the first scope in `scopes` that has any; [] if none has.

        In each scope, the list in `language` is preferred to the one in the default language.
        """
        for scope in scopes:
            for code in (language, ""):
                if commands := self.commands.get((scope, code)):
                    return commands
        return []

    def menu_button(self, chat: int) -> Json:
        """Return the MenuButton of a private chat; if it has none, the bot's default one."""
        return self.menu_buttons.get(chat) or self.menu_buttons.get(0) or {"type": "default"}


def text_for(texts: dict[str, str], language: str) -> str:
    """Return the text in `language`, or else the text in the default language, or else ""."""
    return texts.get(language) or texts.get("", "")


def set_text(texts: dict[str, str], language: str, text: str) -> None:
    """Set the text in `language`. An empty `text` removes the entry."""
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)


def primary_language(tag: str) -> str:
    """Return a language tag without its region: 'fa-AF' becomes 'fa'. Bots set their texts under such codes."""
    return tag.split("-")[0].lower()


def private_scopes(person: int) -> list[Scope]:
    """Return the command scopes that apply to a person in a private chat, narrowest first."""
    return [("chat", person, 0), ("all_private_chats", 0, 0), DEFAULT_SCOPE]


def group_scopes(group: int, person: int, is_admin: bool) -> list[Scope]:
    """Return the command scopes that apply to a person in a group, narrowest first."""
    scopes: list[Scope] = [("chat_member", group, person)]
    if is_admin:
        scopes.append(("chat_administrators", group, 0))
    scopes.append(("chat", group, 0))
    if is_admin:
        scopes.append(("all_chat_administrators", 0, 0))
    return [*scopes, ("all_group_chats", 0, 0), DEFAULT_SCOPE]
