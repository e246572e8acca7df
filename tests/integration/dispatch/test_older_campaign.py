"""Data and buttons of an older campaign still work after the campaign has dropped languages and topics.

The database and the buttons are those of a campaign with Pashto and all topics. The bot's campaign has neither Pashto
nor most of the topics.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.broadcast.authoring import draft
from bot.broadcast.authoring.draft import Draft
from bot.flows.context import FlowContext
from bot.flows.router import decide
from bot.flows.subscription import daily_screen
from bot.model.announcement import LinkButton, Piece
from bot.model.audience import Audience
from bot.model.events import ButtonPress, ChatId, Sender, SignedPress, UserId
from bot.model.replies import EditMessage, Replies, Toast
from bot.telegram_api.sending.callback_signing import LEAVE_EXPIRY_HOURS, Signer
from content.model import Campaign, Lang
from content.screens.navigation.button_data import to_data
from content.screens.navigation.places import (
    AtClause,
    AtDemand,
    AtTopic,
    Contents,
    Demands,
    Languages,
    Place,
    Start,
    Topics,
)
from content.screens.reader import Reader
from content.search.matcher import Matcher
from storage.store import opened
from storage.subscriptions.subscriber import ZONES, Daily, Subscriber
from tests.support.announcement_admins import SEND, Clock, open_check_page, write_draft
from tests.support.bot_and_playground import (
    ADMIN,
    CAMPAIGN,
    ENGLISH,
    MATCHER,
    PASHTO,
    BotAndPlayground,
    playground_alone,
)
from tests.support.person import Person, labels
from tests.support.subscriptions import BOOKS, EN, FA, PS, press_data, read_my_data, signed_data, stored_subscriber

KEPT_TOPICS = CAMPAIGN.topics[:3]
DROPPED_TOPICS = CAMPAIGN.topics[3:]


def smaller_campaign() -> Campaign:
    languages = {lang: language for lang, language in CAMPAIGN.languages.items() if lang != PS}
    topics = {topic.id for topic in KEPT_TOPICS}
    statements = [
        replace(statement, topics=tuple(topic for topic in statement.topics if topic in topics))
        for statement in CAMPAIGN.statements
    ]
    return replace(
        CAMPAIGN,
        languages=languages,
        editions={lang: CAMPAIGN.editions[lang] for lang in languages},
        phrasebooks={lang: CAMPAIGN.phrasebooks[lang] for lang in languages},
        topics=KEPT_TOPICS,
        statements=tuple(statements),
    )


TODAY = smaller_campaign()
SUBSCRIBER = Subscriber(
    PASHTO, "ps", frozenset({KEPT_TOPICS[0].number, DROPPED_TOPICS[0].number}), daily=Daily(8, ZONES[2], 3)
)
ACTIONS = [
    "join", "leave", "forget", "open.main", "open.topics", "open.daily", "open.daily.3", "open.zone", "open.lang",
    "alltopics", "notopics", "quiet.1", "quiet.0", "discreet.1", "text.1", "lang.en", "lang.fa", "daily.9.0",
    "daily.off", daily_screen.LAST,
    *(f"{name}.{topic.number}.{on}" for name in ("topic", "pick") for topic in KEPT_TOPICS for on in (0, 1)),
]  # fmt: skip
UNKNOWN_ACTIONS = [
    "lang.ps",
    "daily.9.99",
    *(f"{name}.{topic.number}.{on}" for name in ("topic", "pick") for topic in DROPPED_TOPICS for on in (0, 1)),
]
PLACES: list[Place] = [
    Start(), Contents(), Topics(), Demands(), Languages(),
    *(AtClause(clause.id, clause.text_hash(PS)) for clause in CAMPAIGN.clauses),
    *(AtClause(clause.id, clause.text_hash(EN), in_original=True) for clause in CAMPAIGN.clauses),
    *(AtTopic(topic.id) for topic in KEPT_TOPICS),
    *(AtDemand(addressee.id) for addressee in CAMPAIGN.addressees),
]  # fmt: skip


def reader(lang: Lang = FA) -> Reader:
    return Reader(TODAY, lang)


def replies_to(action: str, subscriber: Subscriber | None = SUBSCRIBER) -> Replies:
    event = SignedPress("q", ChatId(PASHTO), Sender(UserId(PASHTO), "fa"), 5, FA, action)
    return decide(event, FlowContext(reader(), MATCHER, "b", subscriber))


def toast(replies: Replies) -> str:
    (text,) = [reply.text for reply in replies if isinstance(reply, Toast)]
    return text


@pytest.mark.parametrize("action", ACTIONS)
def test_every_old_button_of_a_subscription_still_does_what_it_says(action: str) -> None:
    for subscriber in (SUBSCRIBER, None, replace(SUBSCRIBER, topics=frozenset({DROPPED_TOPICS[0].number}))):
        replies = replies_to(action, subscriber)
        assert any(isinstance(reply, EditMessage) for reply in replies)
        assert toast(replies) != reader().say("toast.old_button")


@pytest.mark.parametrize("action", UNKNOWN_ACTIONS)
def test_a_button_for_a_dropped_topic_is_reported_and_changes_nothing(action: str) -> None:
    replies = replies_to(action)

    assert [type(reply) for reply in replies] == [Toast, EditMessage]
    assert toast(replies) == reader().say("toast.old_button")


@pytest.mark.parametrize("place", PLACES)
def test_every_old_button_of_the_text_opens_its_place_in_a_present_language(place: Place) -> None:
    event = ButtonPress("q", ChatId(1), Sender(UserId(1), "fa"), 5, to_data(place, PS), is_private=True)
    old = decide(event, FlowContext(reader(), MATCHER, "b"))
    new = decide(replace(event, data=to_data(_unmarked(place), FA)), FlowContext(reader(), MATCHER, "b"))

    assert old == tuple(reply for reply in new if isinstance(reply, (Toast, EditMessage)))


def _unmarked(place: Place) -> Place:
    return replace(place, text_hash="") if isinstance(place, AtClause) and not place.in_original else place


@pytest.mark.parametrize("data", ["r.L.ps.ps", "r.L.en.ps", f"r.T.ps.{DROPPED_TOPICS[0].id}"])
def test_an_old_button_for_a_dropped_place_opens_the_first_screen(data: str) -> None:
    event = ButtonPress("q", ChatId(1), Sender(UserId(1), "fa"), 5, data, is_private=True)
    replies = decide(event, FlowContext(reader(), MATCHER, "b"))

    assert any(isinstance(reply, EditMessage) for reply in replies)
    assert toast(replies) in {book.say("toast.old_button") for book in BOOKS.values()}


@pytest.mark.parametrize("lang", ["ps", "prs", "zh-hans", "sr-latn-rs"])
def test_a_button_is_signed_and_verified_with_any_language_tag(lang: str) -> None:
    signer = Signer("token")
    signed = signer.verify(signer.sign(UserId(5), Lang(lang), "leave", 0.0), UserId(5), 1.0)

    assert signed is not None
    assert (signed.lang, signed.action) == (lang, "leave")


@asynccontextmanager
async def bot_with_smaller_campaign(place: BotAndPlayground, now: Callable[[], float]) -> AsyncIterator[None]:
    """Run the bot with the campaign that has dropped languages and topics."""
    stopping = asyncio.Event()
    matcher: Matcher = replace(MATCHER, campaign=TODAY)
    running = asyncio.create_task(app.run(place.settings(), matcher, stopping, now))
    try:
        yield
    finally:
        stopping.set()
        await running


@asynccontextmanager
async def older_town(
    folder: Path, draft_before: Draft | None = None, now: Callable[[], float] = time.time
) -> AsyncIterator[BotAndPlayground]:
    """Yield the database of the older campaign, with a subscriber who reads Pashto, and the running bot."""
    async with playground_alone(folder, has_flood_limits=False) as place:
        settings, day = place.settings(), datetime.now(UTC).date()
        async with opened(settings.database, settings.keys, day, place.bot_id) as store:
            await store.subscribers.save(SUBSCRIBER, day)
            async with store.database.transaction() as change:
                await store.documents.put(change, b"admins/languages", b'{"1009": "ps"}')
                if draft_before:
                    await store.documents.put(change, b"draft/1009", draft.encode(draft_before))
        async with bot_with_smaller_campaign(place, now):
            yield place


async def started_person(place: BotAndPlayground, user: int) -> Person:
    """Return a person who has pressed Start."""
    person = place.person(user)
    await person.start()
    return person


async def test_the_leave_button_works_for_400_days_though_its_language_is_dropped(tmp_path: Path) -> None:
    async with older_town(tmp_path) as place:
        person = await started_person(place, PASHTO)
        long_ago = time.time() - (LEAVE_EXPIRY_HOURS - 1) * 3600
        shown = await press_data(place, person, signed_data(place, PASHTO, PS, "leave", long_ago))

        assert shown["text"] == BOOKS[EN].say("panel.left")
        assert await stored_subscriber(place, person) is None


async def test_a_button_of_a_dropped_language_answers_in_the_language_of_the_phone(tmp_path: Path) -> None:
    async with older_town(tmp_path) as place:
        person = await place.newcomer("fa")
        await person.start()
        shown = await press_data(place, person, signed_data(place, person.id, PS, "join", time.time()))

        assert shown["text"].startswith(BOOKS[FA].say("panel.title"))
        record = await stored_subscriber(place, person)
        assert record is not None
        assert record.language == "fa"


async def test_every_old_button_is_answered_by_the_bot(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with older_town(tmp_path) as place:
        person = await started_person(place, PASHTO)
        last = ("leave", "forget", "join")
        ordered = [action for action in (*ACTIONS, *UNKNOWN_ACTIONS) if action not in last]
        for action in (*ordered, *last):
            await press_data(place, person, signed_data(place, PASHTO, PS, action, time.time()))
            await asyncio.sleep(0.25)  # the flood gate admits five a second

    assert [record.message for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


async def test_mydata_shows_the_stored_language_and_the_one_used_instead(tmp_path: Path) -> None:
    async with older_town(tmp_path) as place:
        person = await started_person(place, PASHTO)
        shown = await person.say("/mydata")
        settings = await person.say("/settings")

        assert read_my_data(shown["text"], EN) == SUBSCRIBER
        assert BOOKS[EN].say("word.former_language", code="ps", language="English") in shown["text"]
        assert any("no longer offered" in label for label in labels(settings))


async def test_a_subscriber_of_a_dropped_language_chooses_another(tmp_path: Path) -> None:
    async with older_town(tmp_path) as place:
        person = await started_person(place, PASHTO)
        await person.say("/settings")
        await person.press("Language")
        await person.press(CAMPAIGN.languages[FA].name)

        record = await stored_subscriber(place, person)
        assert record == replace(SUBSCRIBER, language="fa")


async def test_an_announcement_reaches_a_subscriber_of_a_dropped_language(tmp_path: Path) -> None:
    clock = Clock()
    async with older_town(tmp_path, now=clock) as place:
        person = await started_person(place, PASHTO)
        admin = await started_person(place, ADMIN)
        await write_draft(admin, "Tomorrow at noon")
        assert "Recipients: 1" in await open_check_page(admin)
        await admin.press_under("Recipients", SEND)
        await admin.sees("60")
        clock.ahead = 61.0

        await person.sees("Tomorrow at noon")


OLD_DRAFT = Draft(
    "ps",
    "ps",
    {"ps": Piece("سبا غرمه"), "en": Piece("Tomorrow at noon")},
    {"ps": (LinkButton("x", "https://example.org"),)},
    Audience(frozenset({DROPPED_TOPICS[0].number}), frozenset({"ps", "en"})),
)


async def test_a_draft_shows_the_text_of_a_dropped_language_and_it_can_be_removed(tmp_path: Path) -> None:
    async with older_town(tmp_path, OLD_DRAFT) as place:
        admin = await started_person(place, ADMIN)
        panel = await admin.say("/broadcast")
        assert any("ps" in label for label in labels(panel))
        await admin.press(next(label for label in labels(panel) if "ps" in label))
        shown = await admin.press("Remove")

        assert not any("ps" in label for label in labels(shown))
        assert "Tomorrow" not in shown["text"]


async def test_an_admin_of_a_dropped_language_is_answered_in_another(tmp_path: Path) -> None:
    async with older_town(tmp_path, OLD_DRAFT) as place:
        admin = place.person(ADMIN)
        shown: dict[str, Any] = await admin.say("/mydata")

        assert BOOKS[EN].say("mydata.draft", value="ps, English") in shown["text"]


async def test_a_new_reader_notices_nothing(tmp_path: Path) -> None:
    async with older_town(tmp_path) as place:
        person = place.person(ENGLISH)
        await person.start("lang-ps")
        shown = await person.say("/topics")

        assert shown["text"].startswith(BOOKS[EN].say("topics.title"))
