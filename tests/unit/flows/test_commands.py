"""The registry of commands decides the menu, the help text and the routing; no command exists outside it."""

import re
from unicodedata import bidirectional

import pytest

from bot.flows.commands import (
    COMMANDS,
    MENU,
    OPTIONAL_COMMANDS,
    Command,
    CommandScope,
    Responder,
    Section,
    command_of,
    responder_of,
)
from bot.flows.context import FlowContext
from bot.flows.router import decide, needs_store
from bot.flows.subscription.subscribing import is_leaving
from bot.model.command_parsing import LEAVING, command_in
from bot.model.events import ButtonPress, ChatId, Sender, TextMessage, UserId
from bot.model.replies import SendText
from bot.model.roles import Permission
from content.model import Lang
from content.plurals import phrase_forms
from content.screens.navigation.button_data import to_data
from content.screens.navigation.places import AtCommand
from content.screens.reader import Reader
from tests.support.bot_and_playground import CAMPAIGN, MATCHER

LANGUAGES = list(CAMPAIGN.languages)
FLOWS = [command for command in COMMANDS if not isinstance(command.answer, Responder)]


def message(command: str, is_private: bool = True) -> TextMessage:
    text = f"/{command}"
    return TextMessage(ChatId(5), Sender(UserId(5)), 1, text, is_private, command_in(text))


def answer(command: str, lang: Lang = LANGUAGES[0], is_private: bool = True) -> str:
    """Return the text that the bot sends to somebody who is not subscribed; "" for none."""
    existing = OPTIONAL_COMMANDS & {command}
    context = FlowContext(Reader(CAMPAIGN, lang), MATCHER, "bot", optional_commands=existing)
    replies = decide(message(command, is_private), context)
    return "".join(reply.screen.text for reply in replies if isinstance(reply, SendText))


def say(key: str, lang: Lang = LANGUAGES[0], **values: str) -> str:
    return CAMPAIGN.phrasebooks[lang].say(key, **values)


def test_every_name_is_listed_once() -> None:
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_found_by_its_name(command: Command) -> None:
    assert command_of(message(command.name)) is command
    assert needs_store(message(command.name)) == command.needs_store


@pytest.mark.parametrize("command", MENU, ids=lambda command: command.name)
def test_a_button_needs_stored_data_where_its_command_does(command: Command) -> None:
    data = to_data(AtCommand(command.name), LANGUAGES[0])
    press = ButtonPress("q", ChatId(5), Sender(UserId(5)), 1, data, is_private=True)

    assert command_of(press) is command
    assert needs_store(press) == command.needs_store


@pytest.mark.parametrize("command", FLOWS, ids=lambda command: command.name)
def test_every_command_of_a_flow_is_answered(command: Command) -> None:
    assert answer(command.name) not in ("", say("answer.unknown_command"))


def test_every_responder_answers_one_command() -> None:
    responders = [command.answer for command in COMMANDS if isinstance(command.answer, Responder)]

    assert sorted(responder.name for responder in responders) == sorted(responder.name for responder in Responder)
    for command in COMMANDS:
        if command.answer in responders:
            assert responder_of(message(command.name)) is command.answer
            assert responder_of(message(command.name, is_private=False)) is None


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_group_gets_no_private_answer(command: Command) -> None:
    private_only = answer(command.name, is_private=False) == say("group.private_only")

    assert private_only == (command.scope is CommandScope.PRIVATE)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("command", MENU, ids=lambda command: command.name)
def test_in_a_group_the_way_to_a_private_chat_is_a_paragraph_of_its_own(command: Command, lang: Lang) -> None:
    before, sentence, after = answer(command.name, lang, is_private=False).partition(say("group.private_only", lang))

    assert not sentence or before == "" or before.endswith("\n\n")
    assert not sentence or after == ""


def test_for_anybody_else_an_admins_command_does_not_exist() -> None:
    for command in COMMANDS:
        if command.scope is CommandScope.ADMINS:
            assert answer(command.name) == say("answer.unknown_command") == answer("no_such_command")
            assert command not in MENU


def test_an_optional_command_that_is_off_does_not_exist() -> None:
    for name in OPTIONAL_COMMANDS:
        replies = [
            decide(message(text), FlowContext(Reader(CAMPAIGN, LANGUAGES[0]), MATCHER, "bot"))
            for text in (name, "no_such_command")
        ]
        assert replies[0] == replies[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_menu_has_a_phrase_for_each_command_and_no_other(lang: Lang) -> None:
    phrases = {key for key in CAMPAIGN.phrasebooks[lang].phrases if key.startswith("command.")}

    assert phrases == {command.phrase for command in MENU}
    assert all(say(command.phrase, lang) for command in MENU)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_help_lists_the_menu_in_sections(lang: Lang) -> None:
    listed = [line for line in answer("help", lang).splitlines() if re.search(r"(^|: \u200e)/\w", line)]

    assert listed == [line_of(command, lang) for section in Section for command in listed_in(section)]
    assert {command for section in Section for command in listed_in(section)} == {
        command for command in MENU if command.name not in ("start", "help")
    }


def listed_in(section: Section) -> list[Command]:
    return [command for command in MENU if command.section is section]


def line_of(command: Command, lang: Lang) -> str:
    return say("help.command", lang, command=command.name, description=say(command.phrase, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_help_lists_the_commands_of_admins_to_admins_only(lang: Lang) -> None:
    context = FlowContext(Reader(CAMPAIGN, lang), MATCHER, "bot", permissions=frozenset(Permission))
    (reply,) = decide(message("help"), context)
    assert isinstance(reply, SendText)
    admins_only = [command for command in COMMANDS if command.scope is CommandScope.ADMINS]

    assert all(line_of(command, lang) in reply.screen.text.splitlines() for command in admins_only)
    assert not any(f"/{command.name}" in answer("help", lang) for command in admins_only)
    assert say("admin_command.title", lang) not in answer("help", lang)


@pytest.mark.parametrize("lang", [lang for lang, language in CAMPAIGN.languages.items() if language.rtl])
def test_no_line_of_the_help_runs_from_left_to_right_in_a_right_to_left_language(lang: Lang) -> None:
    for line in filter(None, answer("help", lang).splitlines()):
        first_letter = next(letter for letter in line if bidirectional(letter) in ("L", "R", "AL"))
        assert bidirectional(first_letter) != "L", line
        assert not re.search(r"(?<!\u200e)/\w", line), "a slash would jump to the end of its word"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_phrase_names_a_command_that_does_not_exist(lang: Lang) -> None:
    names = {command.name for command in COMMANDS}
    for key, phrase in CAMPAIGN.phrasebooks[lang].phrases.items():
        assert set(re.findall(r"(?<![\w/:.<])/([a-z_]+)", " ".join(phrase_forms(phrase)))) <= names, key


def test_the_commands_to_leave_are_those_that_are_read_in_any_spelling() -> None:
    assert {command.name for command in COMMANDS if is_leaving(message(command.name))} == set(LEAVING)
    assert all(say("panel.nothing_left") == answer(name) for name in LEAVING)
