"""The Bot API methods for a bot's name, descriptions and menu button, such as setMyName and getMyName."""

from typing import Any

from playground.errors import bad_request
from playground.methods.commands import language_of
from playground.methods.support.parameters import structure, text
from playground.methods.support.registry import MethodCall, find_chat, method
from playground.world.bot_profile import set_text, text_for

Json = dict[str, Any]


@method("setMyName", "name language_code")
def set_my_name(call: MethodCall) -> bool:
    set_text(call.bot.profile.names, language_of(call.parameters), _limited(call, "name", 64))
    return True


@method("getMyName", "language_code")
def get_my_name(call: MethodCall) -> Json:
    return {"name": text_for(call.bot.profile.names, language_of(call.parameters)) or call.bot.first_name}


@method("setMyDescription", "description language_code")
def set_my_description(call: MethodCall) -> bool:
    set_text(call.bot.profile.descriptions, language_of(call.parameters), _limited(call, "description", 512))
    return True


@method("getMyDescription", "language_code")
def get_my_description(call: MethodCall) -> Json:
    return {"description": text_for(call.bot.profile.descriptions, language_of(call.parameters))}


@method("setMyShortDescription", "short_description language_code")
def set_my_short_description(call: MethodCall) -> bool:
    set_text(
        call.bot.profile.short_descriptions, language_of(call.parameters), _limited(call, "short_description", 120)
    )
    return True


@method("getMyShortDescription", "language_code")
def get_my_short_description(call: MethodCall) -> Json:
    return {"short_description": text_for(call.bot.profile.short_descriptions, language_of(call.parameters))}


@method("setChatMenuButton", "chat_id menu_button")
def set_chat_menu_button(call: MethodCall) -> bool:
    button = structure(call.parameters, "menu_button") or {"type": "default"}
    button_type = str(button.get("type")) if isinstance(button, dict) else ""
    if button_type not in {"default", "commands"}:
        raise bad_request(
            f"can't parse MenuButton: the playground supports default and commands, not {button_type!r}"
        )
    call.bot.profile.menu_buttons[_menu_chat(call)] = {"type": button_type}
    return True


@method("getChatMenuButton", "chat_id")
def get_chat_menu_button(call: MethodCall) -> Json:
    return call.bot.profile.menu_button(_menu_chat(call))


def _menu_chat(call: MethodCall) -> int:
    """Return the id of the private chat in chat_id; 0 without chat_id. Raises BotApiError for any other chat."""
    if not call.parameters.get("chat_id"):
        return 0
    chat = find_chat(call)
    if chat.person is None:
        raise bad_request("chat not found")
    return chat.id


def _limited(call: MethodCall, name: str, maximum: int) -> str:
    """Return parameter `name` without leading and trailing whitespace.

    Raises BotApiError above `maximum` characters.
    """
    value = text(call.parameters, name).strip()
    if len(value) > maximum:
        raise bad_request(f"{name} is too long: at most {maximum} characters")
    return value
