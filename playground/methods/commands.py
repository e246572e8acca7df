"""Command lists by scope and language: setMyCommands, getMyCommands, deleteMyCommands."""

import re
from typing import Any

from playground.errors import bad
from playground.methods.support.parameters import Given, number_or_none, structure, text
from playground.methods.support.registry import Call, method
from playground.world.bot_profile import DEFAULT_SCOPE, Scope

Json = dict[str, Any]
MOST_COMMANDS = 100
_NAME = re.compile(r"[a-z0-9_]+")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_WIDE = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHATS = frozenset({"chat", "chat_administrators", "chat_member"})


@method("setMyCommands", "commands scope language_code")
def set_my_commands(call: Call) -> bool:
    given = structure(call.given, "commands")
    if not isinstance(given, list):
        raise bad("can't parse commands: expected an Array of BotCommand")
    if len(given) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    key = scope_of(call), language_of(call.given)
    call.bot.profile.commands[key] = [_command(one) for one in given]
    return True


@method("getMyCommands", "scope language_code")
def get_my_commands(call: Call) -> list[Json]:
    return call.bot.profile.commands.get((scope_of(call), language_of(call.given)), [])


@method("deleteMyCommands", "scope language_code")
def delete_my_commands(call: Call) -> bool:
    call.bot.profile.commands.pop((scope_of(call), language_of(call.given)), None)
    return True


def language_of(given: Given) -> str:
    code = text(given, "language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def scope_of(call: Call) -> Scope:
    given = structure(call.given, "scope")
    if given is None:
        return DEFAULT_SCOPE
    kind = str(given.get("type")) if isinstance(given, dict) else ""
    if kind in _WIDE:
        return kind, 0, 0
    if kind not in _CHATS:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    chat, user = number_or_none(given.get("chat_id")), number_or_none(given.get("user_id"))
    if chat is None or not (chat in call.state.quiet.ids or call.state.chat_of_bot(call.bot, chat)):
        raise bad("chat not found")
    if kind == "chat_member" and user not in call.state.people:
        raise bad("user not found")
    return kind, chat, user or 0


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad("can't parse BotCommand: expected an Object")
    name = str(given.get("command", "")).strip().removeprefix("/")
    description = str(given.get("description", "")).strip()
    _within("command", name, 32)
    _within("command description", description, 256)
    if not _NAME.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def _within(what: str, value: str, most: int) -> None:
    if not value:
        raise bad(f"{what} must be non-empty")
    if len(value) > most:
        raise bad(f"{what} length must not exceed {most}")
