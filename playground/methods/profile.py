"""What people read about the bot: its name, descriptions and menu button."""

from typing import Any

from playground.errors import bad
from playground.methods.commands import language_of
from playground.methods.support.parameters import structure, text
from playground.methods.support.registry import Call, chat_of, method
from playground.world.bot_profile import tell, told

Json = dict[str, Any]


@method("setMyName", "name language_code")
def set_my_name(call: Call) -> bool:
    tell(call.bot.profile.names, language_of(call.given), _short(call, "name", 64))
    return True


@method("getMyName", "language_code")
def get_my_name(call: Call) -> Json:
    return {"name": told(call.bot.profile.names, language_of(call.given)) or call.bot.first_name}


@method("setMyDescription", "description language_code")
def set_my_description(call: Call) -> bool:
    tell(call.bot.profile.descriptions, language_of(call.given), _short(call, "description", 512))
    return True


@method("getMyDescription", "language_code")
def get_my_description(call: Call) -> Json:
    return {"description": told(call.bot.profile.descriptions, language_of(call.given))}


@method("setMyShortDescription", "short_description language_code")
def set_my_short_description(call: Call) -> bool:
    tell(call.bot.profile.short_descriptions, language_of(call.given), _short(call, "short_description", 120))
    return True


@method("getMyShortDescription", "language_code")
def get_my_short_description(call: Call) -> Json:
    return {"short_description": told(call.bot.profile.short_descriptions, language_of(call.given))}


@method("setChatMenuButton", "chat_id menu_button")
def set_chat_menu_button(call: Call) -> bool:
    button = structure(call.given, "menu_button") or {"type": "default"}
    kind = str(button.get("type")) if isinstance(button, dict) else ""
    if kind not in {"default", "commands"}:
        raise bad(f"can't parse MenuButton: the box knows default and commands, not {kind!r}")
    call.bot.profile.menu_buttons[_menu_chat(call)] = {"type": kind}
    return True


@method("getChatMenuButton", "chat_id")
def get_chat_menu_button(call: Call) -> Json:
    return call.bot.profile.menu_button(_menu_chat(call))


def _menu_chat(call: Call) -> int:
    """The private chat that is meant; 0 for the bot's default."""
    if not call.given.get("chat_id"):
        return 0
    chat = chat_of(call)
    if chat.person is None:
        raise bad("chat not found")
    return chat.id


def _short(call: Call, name: str, most: int) -> str:
    value = text(call.given, name).strip()
    if len(value) > most:
        raise bad(f"{name} is too long: at most {most} characters")
    return value
