"""Follow every button of every screen for admins: none is a dead end, too long, silent, or in another language."""

import asyncio
import re
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.broadcast.authoring.draft import Draft, content_code
from bot.broadcast.authoring.framing import has_way_back
from bot.model.announcement import LinkButton, Piece
from bot.model.events import UserId
from bot.telegram_api.sending.callback_signing import Signer
from content.model import Lang
from content.plurals import phrase_forms
from content.screens.navigation.button_data import DATA_LIMIT
from content.screens.screen import CAPTION_LIMIT, TEXT_LIMIT, units
from tests.support.admin_crawler import (
    ADDRESS,
    OTHER,
    TEAM_COMMANDS,
    WRITER,
    WRITTEN,
    Crawler,
    Seen,
    actions,
    crawler,
    some_draft,
    wait_until,
)
from tests.support.announcement_admins import Clock
from tests.support.bot_and_playground import CAMPAIGN

OF_ANNOUNCEMENTS = ("x.", "l.open", "l.text", "l.list", "l.new")  # no editor: other states walk through it
OF_TEAM = ("t.", "c.", "f.", "p.", "m.")
OF_WAITING = ("l.", "b.main", "b.check", "b.show", "b.try", "b.stop", "b.drop")
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_LATIN = re.compile(r"[A-Za-z]{2,}")
# Commands, addresses, parameters, and the hash of the audit log's head.
_NO_WORDS = re.compile(r"/[a-z]+|https?://\S+|[\w.]+=[\w.]+|utm_source|(?: [0-9a-f]{4}){4}")


@cache
def crawled() -> tuple[list[Seen], list[str], int]:
    """Return every screen, the buttons that answered nothing, and the number of presses."""
    with TemporaryDirectory() as folder:
        return asyncio.run(_crawl(Path(folder)))


async def _crawl(folder: Path) -> tuple[list[Seen], list[str], int]:
    clock, crawlers = Clock(), list[Crawler]()
    async with crawler(folder / "two", clock) as admins:
        crawlers.append(admins)
        await _walk_drafts(admins)
        await _walk_announcements(admins)
    clock.ahead += 2 * 3600
    async with crawler(folder / "two", clock) as admins:
        crawlers.append(admins)
        held = admins.service.progress(admins.service.numbers()[0]).name
        await admins.walk("held", begin=(f"l.open.{held}",), follow=OF_ANNOUNCEMENTS)
        admins.freeze.begin(clock())
        await admins.walk("frozen", begin=("l.list.0",), follow=OF_ANNOUNCEMENTS)
        await admins.walk("frozen team", commands=TEAM_COMMANDS, follow=OF_TEAM)
    async with crawler(folder / "one", clock, admins=str(WRITER)) as admins:
        crawlers.append(admins)
        await admins.save(draft := sendable_draft())
        await admins.press(f"b.send.{content_code(draft)}")
        await admins.walk("only admin", begin=("b.main", "b.check"), follow=OF_WAITING)
    seen = [screen for bot in crawlers for screen in bot.seen]
    return seen, [name for bot in crawlers for name in bot.unanswered], sum(bot.pressed for bot in crawlers)


async def _walk_drafts(admins: Crawler) -> None:
    await admins.walk("no draft")
    await admins.save(some_draft())
    await admins.walk("draft")
    await admins.walk("team", commands=TEAM_COMMANDS, follow=OF_TEAM)
    plan = await admins.name_channel()
    await admins.walk("team with a channel", begin=("c.show",), follow=("c.",))
    await admins.save(draft := replace(sendable_draft(), channel=plan, channel_name=WRITTEN))
    await admins.walk("draft with a post", begin=("b.chan", "b.check"), follow=("b.chan", "b.show"))
    await admins.press(f"b.send.{content_code(draft)}")
    await wait_until(
        lambda: any("b.yes" in action for screen in admins.recorder.screens for action in actions(screen))
    )
    await admins.walk("waiting", begin=("l.list.0", "b.main", "b.check"), follow=OF_WAITING)
    await admins.walk("waiting for me", OTHER, begin=("l.list.0",), follow=("l.", "b.yes", "b.no"))
    await admins.save(None)


async def _walk_announcements(admins: Crawler) -> None:
    later = replace(sendable_draft(), send_at=admins.clock() + 3600)
    name = await admins.announce(later)
    await admins.walk("scheduled", begin=(f"l.open.{name}",), follow=OF_ANNOUNCEMENTS)
    plan = await admins.name_channel()
    name = await admins.announce(replace(sendable_draft(), channel=plan, channel_name=WRITTEN))
    await wait_until(lambda: admins.service.progress(admins.service.numbers()[-1]).claimed > 0)
    await admins.walk("running", begin=(f"l.open.{name}",), follow=OF_ANNOUNCEMENTS)
    await admins.press(f"x.pause.{name}")
    await admins.walk("paused", begin=(f"l.open.{name}",), follow=OF_ANNOUNCEMENTS)
    await admins.press(f"x.resume.{name}")
    await admins.wait_until_over()
    await admins.walk("sent", begin=(f"l.open.{name}",), follow=OF_ANNOUNCEMENTS)
    await admins.press(f"x.edit.{name}")
    await admins.walk("changing", begin=("b.main",))
    await admins.save(None)
    await admins.press(f"x.recall.{name}")
    await admins.wait_until_over()
    await admins.walk("withdrawn", begin=(f"l.open.{name}", "l.list.0"), follow=OF_ANNOUNCEMENTS)


def sendable_draft() -> Draft:
    """Return a draft for everyone in which the check finds nothing that forbids sending."""
    return Draft("en", "en", pieces={"en": Piece(WRITTEN)}, links={"en": (LinkButton(WRITTEN, ADDRESS),)})


def described(seen: Seen) -> str:
    return (
        f"{seen.state}, {seen.lang}: {seen.screen.text[:80]!r} {[b.label for row in seen.screen.rows for b in row]}"
    )


def test_the_walk_reaches_every_state() -> None:
    seen, _, pressed = crawled()

    assert {shown.state for shown in seen} == {
        "no draft", "draft", "draft with a post", "waiting", "waiting for me", "scheduled", "running", "paused",
        "sent", "changing", "withdrawn", "held", "only admin", "team", "team with a channel", "frozen", "frozen team",
    }  # fmt: skip
    assert pressed > 300


def test_every_button_for_admins_answers() -> None:
    assert crawled()[1] == []


def test_every_screen_for_admins_has_a_way_back() -> None:
    dead_ends = {described(seen) for seen in crawled()[0] if seen.is_last and not has_way_back(seen.screen)}

    assert dead_ends == set()


def test_every_screen_for_admins_keeps_the_limits_of_telegram() -> None:
    for seen in crawled()[0]:
        buttons = [button for row in seen.screen.rows for button in row]
        assert 0 < units(seen.screen.text) <= (CAPTION_LIMIT if seen.is_caption else TEXT_LIMIT), described(seen)
        assert len(buttons) <= 100
        assert all(len(row) <= 8 for row in seen.screen.rows)
        assert all(0 < units(button.label) <= 64 for button in buttons), described(seen)
        for action in actions(seen.screen):
            assert len(Signer("1:a").sign(UserId(10**12), seen.lang, action, time.time()).encode()) <= DATA_LIMIT


def test_every_phrase_for_admins_is_filled() -> None:
    unfilled = {described(seen) for seen in crawled()[0] for text in texts(seen) if _PLACEHOLDER.search(text)}

    assert unfilled == set()


@pytest.mark.parametrize("lang", [lang for lang, language in CAMPAIGN.languages.items() if language.rtl])
def test_no_screen_in_dari_or_pashto_has_english_words(lang: Lang) -> None:
    known = own_latin_words(lang)
    foreign = {
        (word, text[:90])
        for seen in crawled()[0] if seen.lang == lang and not seen.is_notice
        for text in texts(seen)
        for word in _LATIN.findall(_NO_WORDS.sub("", text))
        if word not in known
    }  # fmt: skip

    assert foreign == set()


def texts(seen: Seen) -> list[str]:
    """Return the text of a screen and the labels of its buttons."""
    return [seen.screen.text, *(button.label for row in seen.screen.rows for button in row)]


@cache
def own_latin_words(lang: Lang) -> frozenset[str]:
    """Return the words in Latin letters of the locale, all names in the campaign, and what the admin wrote."""
    phrases = CAMPAIGN.phrasebooks[lang].phrases.values()
    forms = [_PLACEHOLDER.sub("", form) for phrase in phrases for form in phrase_forms(phrase)]
    names = [language.name for language in CAMPAIGN.languages.values()]
    names += [addressee.names[lang] for addressee in CAMPAIGN.addressees]
    return frozenset(word for text in [*forms, *names, WRITTEN] for word in _LATIN.findall(text))
