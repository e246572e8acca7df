"""Admins may show their commands in the menu of their own chat, and the menu goes with everything stored about it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.dispatch import bot_profile
from bot.flows.commands import MENU, existing_commands
from content.model import Lang
from storage.store import reading
from tests.support.announcement_admins import TwoAdmins, only_admin, two_admins, two_admins_stopped
from tests.support.bot_and_playground import ADMIN, at_work
from tests.support.person import Person, labels
from tests.support.subscriptions import BOOKS, EN

ALL, PUBLIC = [command.name for command in existing_commands(())], [command.name for command in MENU]


async def menu(person: Person) -> dict[str, str]:
    """Return the descriptions of the commands in the menu of a person's chat, by command."""
    profile = await person.get(f"chats/{person.chat}/profile")
    return {command["command"]: command["description"] for command in profile["commands"]}


async def wait_for_menu(person: Person, is_right: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    async with asyncio.timeout(60):
        while not is_right(shown := await menu(person)):
            await asyncio.sleep(0.02)
    return shown


async def switch_on(admin: Person, lang: str = EN) -> None:
    say = BOOKS[Lang(lang)].say
    await admin.say("/announcements")
    await admin.press(say("button.command_menu"))
    await admin.press(say("button.menu_on"))
    await wait_for_menu(admin, lambda shown: list(shown) == ALL)


async def stored(admins: TwoAdmins) -> bytes:
    settings = admins.place.settings()
    async with reading(settings.database, settings.keys) as store:
        return await store.documents.get(store.database, b"admins/menus") or b""


async def wait_until_erased(admins: TwoAdmins) -> None:
    """Wait until nothing about the menu of the first admin is stored."""
    async with asyncio.timeout(60):
        while b"%d" % ADMIN in await stored(admins):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("lang", ["en", "fa", "ps"])
async def test_an_admin_switches_the_menu_on_and_off_for_themself_alone(tmp_path: Path, lang: str) -> None:
    say = BOOKS[Lang(lang)].say
    async with two_admins(tmp_path, language=lang) as admins:
        assert list(await wait_for_menu(admins.other, bool)) == PUBLIC
        await switch_on(admins.other, lang)
        shown = await menu(admins.other)
        assert shown["stats"] == say("admin_command.stats")
        assert shown["help"] == say("command.help")
        assert list(await menu(admins.writer)) == PUBLIC
        assert say("admin_menu.on") in str((await admins.other.screen())["text"])
        assert say("admin_menu.stored", value=say("word.yes")) in str((await admins.other.say("/mydata"))["text"])

        help_page = await admins.other.say("/help")
        assert say("button.command_menu") in labels(help_page)
        await admins.other.press(say("button.command_menu"))
        await admins.other.press(say("button.menu_off"))
        await wait_for_menu(admins.other, lambda shown: list(shown) == PUBLIC)
        assert say("admin_menu.stored", value=say("word.yes")) not in str((await admins.other.say("/mydata"))["text"])


async def test_the_menu_changes_with_the_language_of_the_admin(tmp_path: Path) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await switch_on(admins.writer)
        await admins.writer.say("/language")
        await admins.writer.press("دری")
        words = BOOKS[Lang("fa")].say("admin_command.broadcast")
        await wait_for_menu(admins.writer, lambda shown: shown["broadcast"] == words)


@pytest.mark.parametrize("command", ["/forget", "/unsubscribe"])
async def test_leaving_removes_the_menu_and_what_is_stored_about_it(tmp_path: Path, command: str) -> None:
    async with only_admin(tmp_path) as (admins, _):
        await switch_on(admins.writer)
        assert b"%d" % ADMIN in await stored(admins)
        await admins.writer.say(command)
        await wait_for_menu(admins.writer, lambda shown: list(shown) == PUBLIC)
        await wait_until_erased(admins)


async def test_the_menu_of_a_former_admin_goes_when_the_bot_starts(tmp_path: Path) -> None:
    async with two_admins_stopped(tmp_path) as admins:
        async with admins.running_bot():
            await admins.writer.start()
            await switch_on(admins.writer)
        async with at_work(admins.place, admins.clock, ADMIN_IDS=str(admins.other.id)):
            await wait_for_menu(admins.writer, lambda shown: list(shown) == PUBLIC)
            await wait_until_erased(admins)


async def test_a_menu_that_telegram_would_not_remove_goes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_profile, "_FIRST_RETRY", 0.05)
    async with only_admin(tmp_path) as (admins, _):
        await switch_on(admins.writer)
        await admins.writer.post("faults", faults=[{"kind": "502", "methods": ["deleteMyCommands"]}])
        await admins.writer.say("/forget")
        assert list(await menu(admins.writer)) == ALL
        await admins.writer.post("faults", faults=[])
        await wait_for_menu(admins.writer, lambda shown: list(shown) == PUBLIC)
