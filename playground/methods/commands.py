"""The Bot API methods setMyCommands, getMyCommands and deleteMyCommands: command lists by scope and language."""

import re
from typing import Any

from playground.errors import bad_request
from playground.methods.support.parameters import Parameters, integer_or_none, structure, text
from playground.methods.support.registry import MethodCall, method
from playground.world.bot_profile import DEFAULT_SCOPE, Scope

Json = dict[str, Any]
MAX_COMMANDS = 100
_NAME = re.compile(r"[a-z0-9_]+")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_GENERAL_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


@method("setMyCommands", "commands scope language_code")
def set_my_commands(call: MethodCall) -> bool:
    commands = structure(call.parameters, "commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = scope_of(call), language_of(call.parameters)
    call.bot.profile.commands[key] = [_command(command) for command in commands]
    call.state.event_streams.publish_to_all({"type": "profile"})
    return True


@method("getMyCommands", "scope language_code")
def get_my_commands(call: MethodCall) -> list[Json]:
    return call.bot.profile.commands.get((scope_of(call), language_of(call.parameters)), [])


@method("deleteMyCommands", "scope language_code")
def delete_my_commands(call: MethodCall) -> bool:
    call.bot.profile.commands.pop((scope_of(call), language_of(call.parameters)), None)
    call.state.event_streams.publish_to_all({"type": "profile"})
    return True


def language_of(parameters: Parameters) -> str:
    """Return the language_code of a call; "" means the default.

    Raises BotApiError unless it has two letters or is empty.
    """
    code = text(parameters, "language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def scope_of(call: MethodCall) -> Scope:
    """Return the BotCommandScope of a call. Raises BotApiError when the scope's type, chat or user is unknown."""
    scope = structure(call.parameters, "scope")
    if scope is None:
        return DEFAULT_SCOPE
    scope_type = str(scope.get("type")) if isinstance(scope, dict) else ""
    if scope_type in _GENERAL_SCOPES:
        return scope_type, 0, 0
    if scope_type not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat, user = integer_or_none(scope.get("chat_id")), integer_or_none(scope.get("user_id"))
    if chat is None or not (chat in call.state.bulk_users.ids or call.state.chat_of_bot(call.bot, chat)):
        raise bad_request("chat not found")
    if scope_type == "chat_member" and user not in call.state.people:
        raise bad_request("user not found")
    return scope_type, chat, user or 0


def _command(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).strip().removeprefix("/")
    description = str(command.get("description", "")).strip()
    _check_length("command", name, 32)
    _check_length("command description", description, 256)
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    ephemeral = {"is_ephemeral": True} if command.get("is_ephemeral") is True else {}  # since Bot API 10.2
    return {"command": name, "description": description} | ephemeral


def _check_length(name: str, value: str, maximum: int) -> None:
    if not value:
        raise bad_request(f"{name} must be non-empty")
    if len(value) > maximum:
        raise bad_request(f"{name} length must not exceed {maximum}")
